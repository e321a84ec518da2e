/** All jobs, folded from the events of /events. */
import { api } from '../api.js';
import { Stream } from '../stream.js';

/** @typedef {import('../types.js').Job} Job */

const WAITS = new Set(['queued']);
const HAS_DEVICE = new Set(['running', 'pausing', 'cancelling']);
const OVER = new Set(['done', 'failed', 'cancelled']);

/** @param {Job} job */
export const waits = (job) => WAITS.has(job.state);
/** @param {Job} job */
export const hasDevice = (job) => HAS_DEVICE.has(job.state);
/** @param {Job} job */
export const isOver = (job) => OVER.has(job.state);

const REFRESH_AFTER = 300;

/** Watches all jobs; calls back after each change. */
export class JobsWatch {
  /** @param {() => void} changed @param {(state: import('../stream.js').LinkState) => void} link */
  constructor(changed, link) {
    /** @type {Map<string, Job>} */
    this.jobs = new Map();
    this.known = false;
    this.changed = changed;
    this.timer = 0;
    this.stream = new Stream('/events', ['jobs', 'job', 'progress'], {
      event: (type, data) => this.fold(type, data),
      link,
      over: () => false,
      broken: () => this.probe(),
    });
  }

  /** @param {string} type @param {any} data */
  fold(type, data) {
    if (type === 'jobs') this.replace(data.jobs);
    else if (type === 'job') this.put(data);
    else this.progress(data);
    this.changed();
  }

  /** @param {Job[]} jobs */
  replace(jobs) {
    this.jobs = new Map(jobs.map((job) => [job.name, job]));
    this.known = true;
  }

  /** @param {Job} job */
  put(job) {
    this.jobs.set(job.name, { progress: this.jobs.get(job.name)?.progress, ...job });
    // One that moves changes the places of others.
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), REFRESH_AFTER);
  }

  /** @param {import('../types.js').Progress} progress */
  progress(progress) {
    const job = this.jobs.get(progress.job);
    if (job) this.jobs.set(job.name, { ...job, progress });
  }

  async refresh() {
    try {
      this.replace((await api.jobs()).jobs);
      this.changed();
    } catch {
      // The stream says what is wrong, and sends the list again.
    }
  }

  /** An EventSource does not tell a refusal from a broken line: ask, so that a login is shown. */
  probe() {
    api.jobs().catch(() => {});
  }

  /** The running job, those in line in their order, the others, latest first. */
  parts() {
    const jobs = [...this.jobs.values()];
    return {
      running: jobs.filter(hasDevice),
      waiting: jobs.filter(waits).sort((a, b) => (a.place ?? 1e9) - (b.place ?? 1e9) || b.priority - a.priority || a.created.localeCompare(b.created)),
      others: jobs.filter((job) => !hasDevice(job) && !waits(job)).sort((a, b) => latest(b).localeCompare(latest(a))),
    };
  }

  close() {
    clearTimeout(this.timer);
    this.stream.close();
  }
}

/** @param {Job} job */
function latest(job) {
  return job.ended ?? job.started ?? job.created;
}
