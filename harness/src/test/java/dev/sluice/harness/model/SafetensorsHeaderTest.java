package dev.sluice.harness.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.harness.model.SafetensorsFile.Tensor;
import dev.sluice.scorers.PrerequisiteException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SafetensorsHeaderTest {

  @Test
  void entriesAreReadAndMetadataIsNot() {
    byte[] file =
        SafetensorsFile.bytes(
            List.of(
                new Tensor("b", "F32", List.of(2L, 3L), new byte[24]),
                new Tensor("a", "BF16", List.of(), new byte[2]),
                new Tensor("none", "F16", List.of(0L, 5L), new byte[0])),
            Map.of("format", "pt"));
    SafetensorsHeader header = parse(file);
    assertThat(header.dataStart() % 8).isZero();
    assertThat(header.dataStart()).isEqualTo(file.length - 26);
    assertThat(header.entries().values())
        .containsExactly(
            new SafetensorsHeader.Entry("b", "F32", List.of(2L, 3L), 0, 24),
            new SafetensorsHeader.Entry("a", "BF16", List.of(), 24, 26),
            new SafetensorsHeader.Entry("none", "F16", List.of(0L, 5L), 26, 26));
  }

  @Test
  void everyTypeOfTheFormatHasItsSize() {
    for (String type : List.of("BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0")) {
      assertThat(parse(entry(type, "[4]", "[0,4]")).entries()).hasSize(1);
    }
    for (String type : List.of("F64", "I64", "U64", "C64")) {
      assertThat(parse(entry(type, "[1]", "[0,8]")).entries()).hasSize(1);
    }
    assertThat(parse(entry("F4", "[4]", "[0,2]")).entries()).hasSize(1);
    refused(entry("F4", "[3]", "[0,2]"), "does not fit its 2 bytes");
  }

  @Test
  void holesAreNoError() {
    assertThat(parse(entry("F32", "[1]", "[4,8]")).entries()).hasSize(1);
  }

  @Test
  void lengthsThatLieAreRefused() {
    byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
    for (long claimed : List.of(0L, 1L, 3L, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1L)) {
      refused(
          SafetensorsFile.raw(claimed, json, new byte[0]),
          "the header claims " + Long.toUnsignedString(claimed) + " bytes, it must be 2 to 2");
    }
    assertThatThrownBy(() ->
            SafetensorsHeader.parse(
                new ByteArrayInputStream(SafetensorsFile.raw(101L << 20, json, json)),
                1L << 40,
                "shard"))
        .hasMessageContaining("it must be 2 to 104857600");
    assertThatThrownBy(() ->
            SafetensorsHeader.parse(
                new ByteArrayInputStream(SafetensorsFile.raw(99L << 20, json, json)),
                1L << 40,
                "shard"))
        .hasMessageContaining("shard ends within its header");
  }

  @Test
  void filesThatAreTooShortAreRefused() {
    for (int length : List.of(0, 7, 8, 9)) {
      refused(new byte[length], "shard is " + length + " bytes: too short");
    }
  }

  @Test
  void headersThatAreNoJsonObjectAreRefused() {
    refused(header("[]"), "the header is no JSON object");
    refused(header("{\"a\":"), "header of shard is not valid JSON");
    refused(header("{} {}"), "text follows the header's JSON object");
    refused(header("not json"), "header of shard is not valid JSON");
    refused(header("{\"a\":3}"), "tensor 'a' is not described by an object");
    refused(header("[".repeat(100_000)), "the header is no JSON object");
    refused(header("{\"__metadata__\":" + "[".repeat(100_000)), "not valid JSON");
  }

  @Test
  void duplicatesAreRefused() {
    String entry = "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}";
    refused(header("{\"a\":" + entry + ",\"a\":" + entry + "}"), "Duplicate field 'a'");
    refused(
        header("{\"a\":" + entry.replace("\"shape\"", "\"shape\":[2],\"shape\"") + "}"),
        "Duplicate field 'shape'");
  }

  @Test
  void entriesThatLieAreRefusedByName() {
    refused(entry("F99", "[1]", "[0,4]"), "tensor 't' has the unknown dtype 'F99'");
    refused(entry("F32", "[3]", "[0,8]"), "tensor 't' of F32 [3] does not fit its 8 bytes");
    refused(entry("F32", "[3]", "[0,12]"), "tensor 't' claims bytes 0 to 12 of 8");
    refused(entry("F32", "[0]", "[8,4]"), "tensor 't' claims bytes 8 to 4 of 8");
    refused(entry("F32", "[-1]", "[0,4]"), "tensor 't': shape holds -1, not a count");
    refused(entry("F32", "[1]", "[-4,0]"), "tensor 't': data_offsets holds -4, not a count");
    refused(entry("F32", "[18446744073709551615]", "[0,4]"), "18446744073709551615, not a count");
    refused(entry("F32", "[4294967296,4294967296]", "[0,0]"), "too large to count");
    refused(entry("F32", "[9223372036854775807]", "[0,4]"), "too large to count");
    refused(entry("F32", "[1.0]", "[0,4]"), "shape holds something other than whole numbers");
    refused(entry("F32", "[[1]]", "[0,4]"), "shape holds something other than whole numbers");
    refused(entry("F32", "3", "[0,4]"), "tensor 't': shape is no list");
    refused(entry("F32", "[1]", "[0]"), "must have dtype, shape and two data_offsets");
    refused(entry("F32", "[1]", "[0,4,8]"), "data_offsets holds more than 2 numbers");
    refused(entry("F32", "[" + "1,".repeat(40) + "1]", "[0,4]"), "more than 32 numbers");
    refused(header("{\"t\":{\"dtype\":4}}"), "tensor 't': dtype is no text");
    refused(header("{\"t\":{}}"), "tensor 't' must have dtype, shape and two data_offsets");
  }

  @Test
  void overlapsAreRefused() {
    String entry = "{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[%d,%d]}";
    String both = "{\"a\":" + entry.formatted(2, 6) + ",\"b\":" + entry.formatted(0, 4) + "}";
    refused(SafetensorsFile.bytes(both, new byte[8]), "tensors 'b' and 'a' overlap");
  }

  @Test
  void namesFromTheFileCannotBreakTheMessage() {
    refused(header("{\"a\\n\\u001b[31m" + "x".repeat(500) + "\":3}"), "tensor 'a??[31mxxx");
  }

  private static byte[] entry(String dtype, String shape, String offsets) {
    String header =
        "{\"t\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
            .formatted(dtype, shape, offsets);
    return SafetensorsFile.bytes(header, new byte[8]);
  }

  private static byte[] header(String text) {
    return SafetensorsFile.bytes(text, new byte[8]);
  }

  private static SafetensorsHeader parse(byte[] file) {
    return SafetensorsHeader.parse(new ByteArrayInputStream(file), file.length, "shard");
  }

  private static void refused(byte[] file, String message) {
    assertThatThrownBy(() -> parse(file))
        .isInstanceOf(PrerequisiteException.class)
        .hasMessageContaining("shard")
        .hasMessageContaining(message)
        .hasMessageNotContainingAny("\n", "\u001b");
  }
}
