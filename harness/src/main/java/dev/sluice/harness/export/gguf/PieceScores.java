package dev.sluice.harness.export.gguf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns ranked merges back into the scores of SentencePiece. llama.cpp merges any two neighbours whose
 * text is a token, the best score first, so this is exact only where every such pair is a merge and
 * the merges of one token follow one another: as they are in what was converted from SentencePiece.
 */
final class PieceScores {
  private final Map<String, Integer> ranks = new HashMap<>();
  private final Set<Merge> merges = new HashSet<>();

  /** Two texts that become one. */
  record Merge(String left, String right) {
    String result() {
      return left + right;
    }
  }

  private PieceScores() {}

  /**
   * The score of each token, highest first to be merged.
   *
   * @param merges by rank
   * @param tokens texts by id
   * @param mergeable of the tokens, those that merges may lead to
   */
  static List<Float> of(List<Merge> merges, List<String> tokens, Set<String> mergeable)
      throws InexpressibleException {
    PieceScores scores = new PieceScores();
    scores.rank(merges);
    Set<String> all = new HashSet<>(tokens);
    for (String token : mergeable) {
      scores.requireAllMerges(token, all);
    }
    List<Float> list = new ArrayList<>(Collections.nCopies(tokens.size(), 0f));
    for (int id = 0; id < tokens.size(); id++) {
      list.set(id, 0f - scores.ranks.getOrDefault(tokens.get(id), merges.size() + id));
    }
    return list;
  }

  private void rank(List<Merge> ordered) throws InexpressibleException {
    String last = "";
    for (Merge merge : ordered) {
      String result = merge.result();
      if (!result.equals(last) && ranks.containsKey(result)) {
        throw notScores("the merges to '" + result + "' do not follow one another");
      }
      ranks.putIfAbsent(result, ranks.size());
      merges.add(merge);
      last = result;
    }
  }

  private void requireAllMerges(String token, Set<String> all) throws InexpressibleException {
    for (int at = token.offsetByCodePoints(0, 1);
        at < token.length();
        at = token.offsetByCodePoints(at, 1)) {
      Merge merge = new Merge(token.substring(0, at), token.substring(at));
      if (all.contains(merge.left()) && all.contains(merge.right()) && !merges.contains(merge)) {
        throw notScores("'" + merge.left() + "' and '" + merge.right() + "' are not merged");
      }
    }
  }

  private static InexpressibleException notScores(String what) {
    return new InexpressibleException(
        "its tokenizer.json has byte fallback, but merges that SentencePiece would not have ("
            + what
            + "), and llama.cpp knows such a tokenizer by the scores of SentencePiece alone");
  }
}
