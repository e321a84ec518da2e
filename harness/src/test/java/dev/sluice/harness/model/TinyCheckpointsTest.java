package dev.sluice.harness.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.sluice.harness.model.SafetensorsFile.Tensor;
import dev.sluice.harness.model.TinyCheckpoints.TinySpec;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TinyCheckpointsTest {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @TempDir Path folder;

  @Test
  void equalSeedsWriteEqualFiles() throws IOException {
    for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Path one = TinyCheckpoints.write(folder.resolve("one"), TinyCheckpoints.qwen3());
      Path two = TinyCheckpoints.write(folder.resolve("two"), TinyCheckpoints.qwen3());
      assertThat(Files.mismatch(one.resolve(name), two.resolve(name))).as(name).isEqualTo(-1);
    }
  }

  @Test
  void dataStartsAtAMultipleOfEight() {
    TinyCheckpoints.write(folder, TinyCheckpoints.llama());
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.tensors().values()).allMatch(t -> t.offset() % 8 == 0);
    }
  }

  @Test
  void smallerTypesHoldTheSameValuesRounded() {
    TinySpec spec = TinyCheckpoints.llama();
    try (Checkpoint exact = Checkpoint.open(TinyCheckpoints.write(folder.resolve("f"), spec))) {
      for (Dtype dtype : List.of(Dtype.FLOAT16, Dtype.BFLOAT16)) {
        double step = dtype == Dtype.FLOAT16 ? 0x1p-11 : 0x1p-8;
        for (Tensor t : TinyCheckpoints.tensors(exact.layout(), spec.withDtype(dtype))) {
          var data = exact.data(exact.tensor(t.name()));
          for (int i = 0; i < t.data().length / 2; i++) {
            short bits = (short) ((t.data()[2 * i] & 0xFF) | (t.data()[2 * i + 1] << 8));
            float rounded =
                dtype == Dtype.FLOAT16
                    ? Float.float16ToFloat(bits)
                    : Float.intBitsToFloat(bits << 16);
            float value = data.getAtIndex(FLOAT, i);
            double error = Math.abs(rounded - value);
            if (error > Math.max(step * Math.abs(value), 1e-7)) {
              assertThat(rounded).as("%s %s element %d", dtype, t.name(), i).isEqualTo(value);
            }
          }
        }
      }
    }
  }

  @Test
  void tokenizerGivesEveryByteATokenOfItsOwn() throws IOException {
    TinyCheckpoints.write(folder, TinyCheckpoints.llama());
    String text = "The fox\n sat. \u00e9\u20ac 42";
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(folder.resolve("tokenizer.json"))) {
      long[] ids = tokenizer.encode(text).getIds();
      assertThat(ids).hasSize(1 + text.getBytes(UTF_8).length);
      assertThat(ids[0]).as("<|bos|>").isZero();
      assertThat(LongStream.of(ids)).allMatch(id -> id < TinyCheckpoints.TOKENIZER_VOCABULARY);
      assertThat(tokenizer.decode(ids, true)).isEqualTo(text);
    }
    TinyCheckpoints.writeTokenizer(folder, false);
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(folder.resolve("tokenizer.json"))) {
      assertThat(tokenizer.encode("a").getIds()).hasSize(1);
    }
  }
}
