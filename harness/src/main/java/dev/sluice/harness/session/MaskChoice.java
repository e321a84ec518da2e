package dev.sluice.harness.session;

import dev.sluice.harness.masks.CutList;
import dev.sluice.harness.masks.MaskFile;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.scorers.PrerequisiteException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A list of cuts that a user names as {@code FILE} or {@code FILE@0.25}.
 *
 * @param share of sublayers up to which it is followed; empty takes the whole list
 */
record MaskChoice(Path file, OptionalDouble share) {
  private static final Pattern SHARED = Pattern.compile("(.+)@([0-9.]+)");

  /** A file whose own name ends like a share is taken as it is. */
  static MaskChoice parse(String text, ToDoubleFunction<String> share) {
    Matcher shared = SHARED.matcher(text);
    if (!shared.matches() || Files.exists(path(text))) {
      return new MaskChoice(path(text), OptionalDouble.empty());
    }
    return new MaskChoice(
        path(shared.group(1)), OptionalDouble.of(share.applyAsDouble(shared.group(2))));
  }

  private static Path path(String text) {
    try {
      if (!text.isBlank()) {
        return Path.of(text.strip());
      }
    } catch (InvalidPathException e) {
      // Falls through to the same message.
    }
    throw new PrerequisiteException(
        "variant 'mask:"
            + text
            + "': name a file with a list of cuts, mask:FILE or mask:FILE@0.25");
  }

  /** Its name without the folder, with the share. */
  String shown() {
    Path name = file.getFileName();
    String shown = (name == null ? file : name).toString();
    return share.isPresent() ? shown + "@" + share.getAsDouble() : shown;
  }

  /**
   * What is cut of a model.
   *
   * @param sublayers that a share stands for
   */
  CutList cuts(ModelConfig config, DoubleUnaryOperator sublayers) {
    CutList all = MaskFile.read(file, config.blocks());
    double most = all.variant().sublayers(config);
    if (share.isEmpty()) {
      if (all.ordered() && most >= config.sublayers()) {
        throw new PrerequisiteException(
            file
                + " ranks every sublayer of the model: say up to which share, mask:"
                + file
                + "@0.25");
      }
      return all;
    }
    if (!all.ordered()) {
      throw new PrerequisiteException(
          file
              + " says what is cut and not in which order, so there is no share "
              + share.getAsDouble()
              + " of it: name the whole list, mask:"
              + file);
    }
    double wanted = sublayers.applyAsDouble(share.getAsDouble());
    CutList first = all.first(wanted, config);
    if (most < Math.floor(wanted)) {
      throw unreachable("ends before", config, "name a smaller share");
    } else if (first.cuts().isEmpty()) {
      throw unreachable(
          "cuts " + all.cuts().getFirst() + " first, which is more than",
          config,
          "name a larger share");
    }
    return first;
  }

  private PrerequisiteException unreachable(String what, ModelConfig config, String instead) {
    return new PrerequisiteException(
        "%s %s %s of %d sublayers: %s"
            .formatted(file, what, share.getAsDouble(), config.sublayers(), instead));
  }
}
