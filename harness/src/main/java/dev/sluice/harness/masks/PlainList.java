package dev.sluice.harness.masks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.harness.masks.CutList.Origin;
import dev.sluice.harness.variant.Candidate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Numbers of blocks that are cut whole, as ShortGPT (github.com/icip-cas/ShortGPT) and its kin print
 * them, or names such as {@code 3.ffn}: a JSON list, or text with commas, blanks or line ends between
 * them. Their order is taken for the order of the cuts unless it only rises.
 */
final class PlainList implements MaskForm {
  private static final String NUMBER = "\\d{1,6}";
  private static final String NAME = "(?:[A-Za-z_]\\w*\\.)*\\d{1,6}(?:\\.\\w+)*";

  @Override
  public Optional<CutList> read(MaskText text) {
    if (!text.json().map(PlainList::flat).orElse(true)) {
      return Optional.empty();
    }
    List<String> names = text.json().map(PlainList::texts).orElseGet(() -> words(text));
    return names.isEmpty() || names.getFirst().matches(NAME)
        ? Optional.of(list(names, text))
        : Optional.empty();
  }

  private static boolean flat(JsonNode list) {
    if (!list.isArray()) {
      return false;
    }
    for (JsonNode one : list) {
      if (one.isContainerNode()) {
        return false;
      }
    }
    return true;
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(one -> texts.add(one.asText()));
    return texts;
  }

  /** Lines that begin with # are comments; "Remove order:" may stand in front. */
  private static List<String> words(MaskText text) {
    return text.lines().stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceFirst("^[A-Za-z][A-Za-z ]*:", ""))
        .flatMap(line -> Arrays.stream(line.split("[\\s,;\\[\\]]+")))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private static CutList list(List<String> names, MaskText text) {
    boolean numbers = names.stream().anyMatch(name -> name.matches(NUMBER));
    List<Candidate> cuts = new ArrayList<>();
    for (String name : names) {
      if (numbers && !name.matches(NUMBER)) {
        throw text.wrong(
            "'"
                + name
                + "' among numbers of blocks. Write numbers from 0 on alone, or names such as"
                + " 3.ffn alone");
      }
      cuts.add(numbers ? Candidate.ofBlock(Integer.parseInt(name)) : LayerName.read(name, text));
    }
    return new CutList(cuts, cuts.size() == 1 || !rising(cuts), List.of(), Origin.UNKNOWN);
  }

  /** A sorted list says what is cut, not when. */
  private static boolean rising(List<Candidate> cuts) {
    for (int i = 1; i < cuts.size(); i++) {
      if (cuts.get(i).sublayers().getFirst().compareTo(cuts.get(i - 1).sublayers().getFirst())
          < 0) {
        return false;
      }
    }
    return true;
  }
}
