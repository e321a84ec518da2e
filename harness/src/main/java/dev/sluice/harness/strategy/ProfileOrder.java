package dev.sluice.harness.strategy;

import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.sweep.Attribution;
import dev.sluice.harness.sweep.Round;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.DepthProfile;
import java.util.List;
import java.util.Optional;

/**
 * One pass over the intact model's hidden states, then the order of how little each candidate changes
 * them; no cut is measured before it is made.
 *
 * <p>Cost: one forward pass of the calibration set, and one trial a step.
 */
public final class ProfileOrder extends LearntOrder {

  /** What a candidate does to the residual stream {@code x}, which it takes from boundary p to q. */
  public enum Change {
    /**
     * {@code 1 - E[cos(x_p, x_q)]} over all tokens: block influence (ShortGPT, arXiv 2403.03853) for
     * blocks; for attentions, FFNs or both ranked together the attention, MLP and joint layer drop
     * of LLM-Drop (arXiv 2406.15786).
     */
    INFLUENCE {
      @Override
      double of(DepthProfile profile, Candidate candidate) {
        int from = candidate.sublayers().getFirst().index();
        int to = candidate.sublayers().getLast().index() + 1;
        return 1 - profile.cosine().get(from).get(to);
      }
    },
    /** {@code E[|F(x)| / |x|]}, the size of the update; of a block the sum of both sublayers'. */
    UPDATE_NORM {
      @Override
      double of(DepthProfile profile, Candidate candidate) {
        return candidate.sublayers().stream()
            .mapToInt(Sublayer::index)
            .mapToDouble(p -> profile.update().get(p))
            .sum();
      }
    };

    abstract double of(DepthProfile profile, Candidate candidate);
  }

  private final Change change;
  private Optional<DepthProfile> told = Optional.empty();

  public ProfileOrder(Change change, List<Candidate> pool) {
    super(pool);
    this.change = change;
  }

  @Override
  Optional<Round> lesson() {
    return told.isPresent() ? Optional.empty() : Optional.of(new Round.Profile());
  }

  @Override
  public void tell(DepthProfile profile) {
    told = Optional.of(profile);
  }

  @Override
  public List<Attribution> attributions() {
    return told.map(
            p -> pool().stream().map(c -> new Attribution(c, change.of(p, c), Double.NaN)).toList())
        .orElse(List.of());
  }
}
