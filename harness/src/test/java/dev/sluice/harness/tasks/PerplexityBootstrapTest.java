package dev.sluice.harness.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Against {@code lm_eval.api.metrics} 0.4.13: {@code bootstrap_stderr(perplexity, xs, 100000)}. */
class PerplexityBootstrapTest {

  @Test
  void fewWordsGivePythonsNumbers() {
    PerplexityBootstrap found =
        new PerplexityBootstrap(new double[] {-0.5, -1.25, -3.0, -0.125, -7.5, -2.2, -0.01});
    assertThat(found.perplexity()).isCloseTo(8.033107413011686, within(1e-13));
    assertThat(found.standardError()).isCloseTo(20.06906235584852, within(1e-10));
  }

  @Test
  void moreWordsGivePythonsNumbers() {
    PerplexityBootstrap found =
        new PerplexityBootstrap(
            IntStream.range(0, 97).mapToDouble(i -> -(i * i % 37) / 7.0).toArray());
    assertThat(found.perplexity()).isCloseTo(13.357087303435616, within(1e-12));
    assertThat(found.standardError()).isCloseTo(2.3146512179010035, within(1e-10));
  }
}
