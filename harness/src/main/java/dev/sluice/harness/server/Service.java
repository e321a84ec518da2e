package dev.sluice.harness.server;

import dev.sluice.harness.documents.Documents;
import dev.sluice.harness.jobs.Jobs;

/** What stands behind the operations; all of it is safe for several threads and may block. */
public record Service(Jobs jobs, Documents documents) {}
