package dev.sluice.harness.evaluation;

import dev.sluice.harness.engine.Targets;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.engine.TokenScores;
import dev.sluice.harness.engine.TokenTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sequences packed into one row as a token tree, so that what they share is computed once: the choices
 * of an item their context, few-shot prompts their shots, all the first token.
 */
public final class PromptPack {

  /** One token on the way of some sequences. */
  private static final class Node {
    private final int token;
    private final int depth;
    private final Map<Integer, Node> children = new LinkedHashMap<>();
    private final Map<Integer, Integer> scored = new LinkedHashMap<>();
    private int place;

    Node(int token, int depth) {
      this.token = token;
      this.depth = depth;
    }

    int score(int next) {
      return scored.computeIfAbsent(next, t -> scored.size());
    }
  }

  /** A scored token: the n-th of those scored after a node. */
  private record Score(Node node, int n) {}

  private final Map<Integer, Node> roots = new LinkedHashMap<>();
  private final List<List<Score>> scores = new ArrayList<>();
  private final TokenBatch batch;
  private final Targets targets;
  private final Map<Node, Integer> rows = new HashMap<>();
  private int size;

  /** Pack sequences, of which there is at least one. */
  public PromptPack(List<ScoredSequence> sequences) {
    sequences.forEach(this::add);
    int[] tokens = new int[size];
    int[] depths = new int[size];
    int[] ends = new int[size];
    List<Node> order = new ArrayList<>(size);
    roots.values().forEach(root -> place(root, order, ends));
    order.forEach(node -> {
      tokens[node.place] = node.token;
      depths[node.place] = node.depth;
    });
    this.batch = TokenBatch.of(new TokenTree(tokens, depths, ends));
    this.targets = targets(order);
  }

  private void add(ScoredSequence sequence) {
    Map<Integer, Node> level = roots;
    List<Score> asked = new ArrayList<>();
    for (int i = 0; i < sequence.inputs(); i++) {
      Node node = level.get(sequence.token(i));
      if (node == null) {
        node = new Node(sequence.token(i), i);
        level.put(node.token, node);
        size++;
      }
      if (i >= sequence.firstScored()) {
        asked.add(new Score(node, node.score(sequence.token(i + 1))));
      }
      level = node.children;
    }
    scores.add(asked);
  }

  /** Depth first, without recursion: prompts are thousands of tokens deep. */
  private static void place(Node root, List<Node> order, int[] ends) {
    List<Node> open = new ArrayList<>(List.of(root));
    List<Node> path = new ArrayList<>();
    while (!open.isEmpty()) {
      Node node = open.removeLast();
      while (!path.isEmpty() && path.getLast().depth >= node.depth) {
        ends[path.removeLast().place] = order.size();
      }
      node.place = order.size();
      order.add(node);
      path.add(node);
      open.addAll(List.copyOf(node.children.values()).reversed());
    }
    path.forEach(node -> ends[node.place] = order.size());
  }

  private Targets targets(List<Node> order) {
    List<Node> scored = order.stream().filter(node -> !node.scored.isEmpty()).toList();
    scored.forEach(node -> rows.put(node, rows.size()));
    return new Targets(
        scored.stream().mapToInt(node -> node.place).toArray(),
        scored.stream()
            .map(n -> n.scored.keySet().stream().mapToInt(Integer::intValue).toArray())
            .toList());
  }

  TokenBatch batch() {
    return batch;
  }

  Targets targets() {
    return targets;
  }

  /** Tokens that are computed. */
  public int size() {
    return size;
  }

  /** Sequences in the pack. */
  public int sequences() {
    return scores.size();
  }

  /** Sum of the log-likelihoods of a sequence's scored tokens, nats. */
  public double logLikelihood(TokenScores variant, int sequence) {
    return scores.get(sequence).stream()
        .mapToDouble(score -> variant.logLikelihood(place(score)))
        .sum();
  }

  /** Sum of the squares of the log-likelihoods of a sequence's scored tokens. */
  public double squares(TokenScores variant, int sequence) {
    return scores.get(sequence).stream()
        .mapToDouble(score -> variant.logLikelihood(place(score)))
        .map(logLikelihood -> logLikelihood * logLikelihood)
        .sum();
  }

  /** Whether each scored token of a sequence is the likeliest. */
  public boolean greedy(TokenScores variant, int sequence) {
    return scores.get(sequence).stream().allMatch(score -> variant.greedy(place(score)));
  }

  private int place(Score score) {
    return targets.place(rows.getOrDefault(score.node(), -1), score.n());
  }
}
