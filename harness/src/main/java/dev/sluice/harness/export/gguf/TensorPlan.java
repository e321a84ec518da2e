package dev.sluice.harness.export.gguf;

import dev.sluice.harness.export.Export;
import dev.sluice.harness.gguf.GgufFormat;
import dev.sluice.harness.gguf.GgufTensor;
import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.model.ModelConfig;
import dev.sluice.harness.model.ModelConfig.Positions.Rotary;
import dev.sluice.harness.model.ModelConfig.RopeScaling;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.model.SublayerKind;
import dev.sluice.harness.model.TensorInfo;
import dev.sluice.harness.model.WeightLayout.Slot;
import dev.sluice.harness.model.WeightLayout.WeightRole;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Lays the tensors of a file out one after another. */
final class TensorPlan {
  private final Export export;
  private final ModelConfig config;
  private final List<PlannedTensor> tensors = new ArrayList<>();
  private long end;

  private TensorPlan(Export export) {
    this.export = export;
    this.config = export.checkpoint().config();
  }

  static List<PlannedTensor> of(Export export, List<PackedBlock> blocks, BlockWidths widths) {
    TensorPlan plan = new TensorPlan(export);
    plan.addOutside();
    plan.addRopeFactors();
    for (int i = 0; i < blocks.size(); i++) {
      String prefix = "blk." + i + ".";
      plan.addSublayer(prefix, blocks.get(i).attention(), SublayerKind.ATTENTION);
      if (blocks.get(i).attention().isEmpty() && widths.heads().get(i) > 0) {
        plan.addAttentionStub(prefix, (long) widths.heads().get(i) * plan.headSize());
      }
      plan.addSublayer(prefix, blocks.get(i).ffn(), SublayerKind.FFN);
      if (blocks.get(i).ffn().isEmpty()) {
        plan.addFfnStub(prefix, widths.ffn().get(i));
      }
    }
    return List.copyOf(plan.tensors);
  }

  private int headSize() {
    return config.attention().headSize();
  }

  private void addOutside() {
    for (Slot slot : export.checkpoint().layout().outside()) {
      // Without a head of its own a file has a tied one: llama.cpp takes the embedding again.
      if (slot.role() != WeightRole.HEAD || !config.ends().tiedHead()) {
        addStored(name(slot.role()), slot);
      }
    }
  }

  private void addSublayer(String prefix, OptionalInt block, SublayerKind kind) {
    if (block.isPresent()) {
      export
          .checkpoint()
          .layout()
          .of(new Sublayer(block.getAsInt(), kind))
          .forEach(slot -> addStored(prefix + name(slot.role(), kind), slot));
    }
  }

  private void addStored(String name, Slot slot) {
    TensorInfo stored = export.checkpoint().tensor(slot.tensor());
    List<Long> shape = new ArrayList<>(slot.shape());
    shape.set(0, slot.part().count());
    boolean turned =
        switch (slot.role()) {
          case QUERY, KEY, QUERY_BIAS, KEY_BIAS -> true;
          default -> false;
        };
    // Norms and biases are added to float32 numbers, and llama.cpp wants them as such.
    Dtype dtype = shape.size() == 1 ? Dtype.FLOAT32 : export.dtype().orElse(stored.dtype());
    add(
        name,
        dtype,
        shape,
        new TensorSource.Stored(stored, slot.part().first(), turned ? headSize() : 0));
  }

  private void addAttentionStub(String prefix, long width) {
    long hidden = config.hidden();
    addZeros(prefix + "attn_norm.weight", Dtype.FLOAT32, List.of(hidden));
    addZeros(prefix + "attn_q.weight", stubType(), List.of(width, hidden));
    addZeros(prefix + "attn_k.weight", stubType(), List.of(width, hidden));
    addZeros(prefix + "attn_v.weight", stubType(), List.of(width, hidden));
    addZeros(prefix + "attn_output.weight", stubType(), List.of(hidden, width));
  }

  private void addFfnStub(String prefix, long width) {
    long hidden = config.hidden();
    addZeros(prefix + "ffn_norm.weight", Dtype.FLOAT32, List.of(hidden));
    addZeros(prefix + "ffn_gate.weight", stubType(), List.of(width, hidden));
    addZeros(prefix + "ffn_up.weight", stubType(), List.of(width, hidden));
    addZeros(prefix + "ffn_down.weight", stubType(), List.of(hidden, width));
  }

  private Dtype stubType() {
    return export.dtype().orElse(config.storedDtype());
  }

  private void addZeros(String name, Dtype dtype, List<Long> shape) {
    add(name, dtype, shape, new TensorSource.Zeros());
  }

  /** By what llama.cpp divides each frequency, where the config stretches them one by one. */
  private void addRopeFactors() {
    Rotary rotary = (Rotary) config.positions();
    if (rotary.scaling() instanceof RopeScaling.Llama3 scaling) {
      List<Float> factors = new ArrayList<>();
      for (int i = 0; i < rotary.width(); i += 2) {
        double wave = 2 * Math.PI * Math.pow(rotary.base(), (double) i / rotary.width());
        factors.add((float) factor(scaling, wave));
      }
      add(
          "rope_freqs.weight",
          Dtype.FLOAT32,
          List.of((long) factors.size()),
          new TensorSource.Computed(factors));
    }
  }

  private static double factor(RopeScaling.Llama3 scaling, double wave) {
    double turns = scaling.originalContext() / wave;
    if (turns > scaling.highFrequency()) {
      return 1;
    }
    if (turns < scaling.lowFrequency()) {
      return scaling.factor();
    }
    double smooth =
        (turns - scaling.lowFrequency()) / (scaling.highFrequency() - scaling.lowFrequency());
    return 1 / ((1 - smooth) / scaling.factor() + smooth);
  }

  private void add(String name, Dtype dtype, List<Long> shape, TensorSource source) {
    GgufTensor tensor = new GgufTensor(name, dtype, shape, end);
    tensors.add(new PlannedTensor(tensor, source));
    end = GgufFormat.aligned(end + tensor.bytes());
  }

  private static String name(WeightRole role) {
    return switch (role) {
      case EMBEDDING -> "token_embd.weight";
      case FINAL_NORM -> "output_norm.weight";
      case HEAD -> "output.weight";
      default -> throw new IllegalStateException("no model of Llama's shape has " + role);
    };
  }

  private static String name(WeightRole role, SublayerKind kind) {
    return switch (role) {
      case NORM -> kind == SublayerKind.ATTENTION ? "attn_norm.weight" : "ffn_norm.weight";
      case QUERY -> "attn_q.weight";
      case KEY -> "attn_k.weight";
      case VALUE -> "attn_v.weight";
      case OUTPUT -> "attn_output.weight";
      case QUERY_BIAS -> "attn_q.bias";
      case KEY_BIAS -> "attn_k.bias";
      case VALUE_BIAS -> "attn_v.bias";
      case OUTPUT_BIAS -> "attn_output.bias";
      case GATE -> "ffn_gate.weight";
      case UP -> "ffn_up.weight";
      case DOWN -> "ffn_down.weight";
      case GATE_BIAS -> "ffn_gate.bias";
      case UP_BIAS -> "ffn_up.bias";
      case DOWN_BIAS -> "ffn_down.bias";
      default -> throw new IllegalStateException("no model of Llama's shape has " + role);
    };
  }
}
