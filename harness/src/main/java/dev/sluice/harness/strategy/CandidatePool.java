package dev.sluice.harness.strategy;

import dev.sluice.harness.model.ModelConfig.Experts;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.plan.SweepPlan.CandidateKind;
import dev.sluice.harness.plan.SweepPlan.TieOrder;
import dev.sluice.harness.variant.Candidate;
import dev.sluice.scorers.PrerequisiteException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a search may cut in a model, in the order in which ties are decided. */
final class CandidatePool {
  private CandidatePool() {}

  /** Whole sublayers or blocks of a model of so many blocks. */
  static List<Candidate> of(int blocks, CandidateKind kind, TieOrder ties) {
    return of(blocks, Optional.empty(), kind, ties);
  }

  /**
   * @param experts of the model's mixtures, if it has any
   */
  static List<Candidate> of(
      int blocks, Optional<Experts> experts, CandidateKind kind, TieOrder ties) {
    Stream<Candidate> all =
        switch (kind) {
          case ALL -> sublayers(blocks).map(Candidate::of);
          case ATTENTION -> sublayers(blocks, SublayerKind.ATTENTION);
          case FFN -> sublayers(blocks, SublayerKind.FFN);
          case BLOCK -> IntStream.range(0, blocks).mapToObj(Candidate::ofBlock);
          case EXPERT ->
              experts.map(Experts::each).orElseThrow(CandidatePool::noExperts).stream()
                  .map(Candidate::of);
        };
    return switch (ties) {
      case NATURAL -> all.toList();
      case RELEASED -> all.sorted(Comparator.comparing(CandidatePool::releasedName)).toList();
    };
  }

  private static PrerequisiteException noExperts() {
    return new PrerequisiteException(
        "candidates expert: the model has no mixture of experts. Use all, attention, ffn or block");
  }

  private static Stream<Sublayer> sublayers(int blocks) {
    return IntStream.range(0, 2 * blocks).mapToObj(Sublayer::at);
  }

  private static Stream<Candidate> sublayers(int blocks, SublayerKind kind) {
    return sublayers(blocks).filter(s -> s.kind() == kind).map(Candidate::of);
  }

  /**
   * The module name that FinerCut's released code sorts as a string: block 10 stands before block 2,
   * and the FFN ({@code mlp}) before the attention ({@code self_attn}).
   */
  private static String releasedName(Candidate candidate) {
    Sublayer first = candidate.sublayers().getFirst();
    String block = "model.layers." + first.block();
    if (candidate.sublayers().size() > 1) {
      return block;
    }
    return switch (first.kind()) {
      case ATTENTION -> block + ".self_attn.o_proj";
      case FFN ->
          block
              + ".mlp.down_proj"
              + first.expert().stream().boxed().map(e -> "." + e).collect(Collectors.joining());
    };
  }
}
