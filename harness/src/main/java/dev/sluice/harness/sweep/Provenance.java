package dev.sluice.harness.sweep;

import dev.sluice.harness.model.ModelConfig;
import java.util.List;

/**
 * What a result was made from: all that must be equal for two results to be comparable, and what is
 * needed to believe or repeat them.
 *
 * @param weightsDigest SHA-256 over the tensors' names, types, shapes and content, in hex
 * @param tokenizerDigest SHA-256 of tokenizer.json
 * @param calibrationDigest SHA-256 over the token rows
 * @param rows rows of tokens in the calibration set
 * @param places where these stand in the pool that they were chosen from, rising from 0; empty where
 *     they were not chosen
 * @param tokens positions in it
 * @param dtype the computation's, by id
 * @param engine name and version, for example {@code djl-pytorch 2.7.1}
 * @param device in words
 * @param version of Sluice
 * @param java version of the JVM
 * @param config architecture of the model
 */
public record Provenance(
    String weightsDigest,
    String tokenizerDigest,
    String calibrationDigest,
    int rows,
    List<Integer> places,
    long tokens,
    String dtype,
    String engine,
    String device,
    String version,
    String java,
    ModelConfig config) {
  public Provenance {
    places = List.copyOf(places);
  }
}
