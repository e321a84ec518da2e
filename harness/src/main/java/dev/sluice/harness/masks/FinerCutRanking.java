package dev.sluice.harness.masks;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.sluice.harness.masks.CutList.Origin;
import dev.sluice.harness.model.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * FinerCut's {@code layer_ranking.yaml} (github.com/YaNgZhAnG-V5/llm_dissect): a module a line, with the
 * perplexity after its cut; and the log of its run, which lists the same behind "Layer ranking:".
 *
 * <p>PyYAML sorts the keys, so the file has lost its order and the perplexity, which rises with the
 * cuts, stands in for it. Perplexities are PyTorch scalars there, pickled in base64.
 */
final class FinerCutRanking implements MaskForm {
  private static final YAMLFactory YAML = new YAMLFactory();
  private static final Pattern LOGGED =
      Pattern.compile("\\bLayer: (\\S+), Perplexity: (\\S+)\\s*$", Pattern.MULTILINE);
  private static final Pattern KEY =
      Pattern.compile("(?m)^'?[A-Za-z_]\\w*\\.(?:\\w+\\.)*\\d+(?:\\.\\w+)*'?:(?:\\s|$)");
  private static final byte[] FLOATS = "torch\nFloatStorage".getBytes(StandardCharsets.US_ASCII);

  @Override
  public Optional<CutList> read(MaskText text) {
    if (text.json().isPresent()) {
      return Optional.empty();
    }
    Map<String, OptionalDouble> logged = logged(text);
    if (!logged.isEmpty()) {
      return Optional.of(list(logged, true, text));
    }
    return KEY.matcher(text.text()).find()
        ? Optional.of(inOrder(yaml(text), text))
        : Optional.empty();
  }

  private static Map<String, OptionalDouble> logged(MaskText text) {
    Map<String, OptionalDouble> layers = new LinkedHashMap<>();
    Matcher line = LOGGED.matcher(text.text());
    while (line.find()) {
      layers.put(line.group(1), number(line.group(2)));
    }
    return layers;
  }

  private static CutList inOrder(Map<String, OptionalDouble> layers, MaskText text) {
    List<String> names = List.copyOf(layers.keySet());
    boolean sorted = names.size() > 1 && names.equals(names.stream().sorted().toList());
    if (!sorted) {
      return list(layers, true, text);
    }
    boolean scored = layers.values().stream().allMatch(OptionalDouble::isPresent);
    if (!scored) {
      return list(layers, false, text);
    }
    Map<String, OptionalDouble> rising = new LinkedHashMap<>();
    layers.entrySet().stream()
        .sorted((a, b) -> Double.compare(a.getValue().orElseThrow(), b.getValue().orElseThrow()))
        .forEach(e -> rising.put(e.getKey(), e.getValue()));
    return list(rising, true, text);
  }

  private static CutList list(Map<String, OptionalDouble> layers, boolean ordered, MaskText text) {
    boolean scored = layers.values().stream().allMatch(OptionalDouble::isPresent);
    return new CutList(
        layers.keySet().stream().map(name -> LayerName.read(name, text)).toList(),
        ordered,
        scored
            ? layers.values().stream().map(OptionalDouble::getAsDouble).toList()
            : List.<Double>of(),
        Origin.of("FinerCut", OptionalInt.empty()));
  }

  private static Map<String, OptionalDouble> yaml(MaskText text) {
    Map<String, OptionalDouble> layers = new LinkedHashMap<>();
    try (YAMLParser parser = YAML.createParser(text.text())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw text.wrong("its YAML is no list of layers with their perplexities");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (layers.put(name, score(parser)) != null) {
          throw text.wrong("ranks " + StrictJson.quote(name) + " twice. Name each layer once");
        }
      }
      return layers;
    } catch (JacksonException e) {
      throw text.wrong(
          "not valid YAML: "
              + StrictJson.quote(e.getOriginalMessage().replaceAll("\\s+", " "))
              + ". Restore it from its source");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of a value, plain or pickled; moves to its end. */
  private static OptionalDouble score(YAMLParser parser) throws IOException {
    if (!parser.currentToken().isStructStart()) {
      return number(parser.getText());
    }
    List<OptionalDouble> pickled = new ArrayList<>();
    int depth = 1;
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
        pickled.add(lastFloat(parser.getBinaryValue()));
      }
    }
    return pickled.size() == 1 ? pickled.getFirst() : OptionalDouble.empty();
  }

  /** The one number of a pickled PyTorch storage: a count of 1 and a float end it. */
  private static OptionalDouble lastFloat(byte[] storage) {
    String text = new String(storage, StandardCharsets.ISO_8859_1);
    boolean floats = text.contains(new String(FLOATS, StandardCharsets.US_ASCII));
    if (!floats || storage.length < Long.BYTES + Float.BYTES) {
      return OptionalDouble.empty();
    }
    ByteBuffer end =
        ByteBuffer.wrap(
                storage, storage.length - Long.BYTES - Float.BYTES, Long.BYTES + Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    return end.getLong() == 1 ? finite(end.getFloat()) : OptionalDouble.empty();
  }

  private static OptionalDouble number(String text) {
    try {
      return finite(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      // What stands there is no score; the cut is one all the same.
      return OptionalDouble.empty();
    }
  }

  private static OptionalDouble finite(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
