package dev.sluice.harness.model;

import dev.sluice.harness.model.ModelConfig.Attention;
import dev.sluice.harness.model.ModelConfig.Experts;
import dev.sluice.harness.model.ModelConfig.FeedForward;
import dev.sluice.harness.model.ModelConfig.NormKind;
import dev.sluice.harness.model.ModelConfig.NormPlace;
import dev.sluice.harness.model.ModelConfig.Positions;
import dev.sluice.harness.model.ModelConfig.QueryKeyNorm;
import dev.sluice.harness.model.family.Family;
import dev.sluice.harness.model.family.TensorLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The tensors that each part of a model needs: their names in a checkpoint and their shapes. */
public final class WeightLayout {
  private final ModelConfig config;
  private final Family family;
  private final boolean bare;
  private final Map<Object, Long> counted = new ConcurrentHashMap<>();

  /** What a tensor is for. Linear weights are {@code [outputs, inputs]} to who uses them. */
  public enum WeightRole {
    /** Of the sublayer's own norm, in front of it. */
    NORM,
    NORM_BIAS,
    QUERY,
    KEY,
    VALUE,
    OUTPUT,
    QUERY_BIAS,
    KEY_BIAS,
    VALUE_BIAS,
    OUTPUT_BIAS,
    /** One weight per element of a head, shared by all heads, or of all heads. */
    QUERY_NORM,
    /** One weight per element of a head, shared by all heads, or of all heads. */
    KEY_NORM,
    /** Scores the experts. */
    ROUTER,
    GATE,
    UP,
    DOWN,
    GATE_BIAS,
    UP_BIAS,
    DOWN_BIAS,
    /** Of the sublayer's own norm, behind it. */
    POST_NORM,
    EMBEDDING,
    POSITIONS,
    FINAL_NORM,
    FINAL_NORM_BIAS,
    HEAD;

    String id() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Which rows of a stored tensor are meant: {@code count} from {@code first} on, in each of so many
   * groups of equal size.
   *
   * @param transposed whether rows are its last axis
   */
  public record Part(boolean transposed, long groups, long first, long count) {
    /** Whether the tensor is stored as it is used. */
    public boolean whole(List<Long> shape) {
      return !transposed && groups * count == shape.getFirst();
    }
  }

  /**
   * The weights of one role.
   *
   * @param shape of the whole tensor, as it is stored
   * @param part of it that has the role
   */
  public record Slot(WeightRole role, String tensor, List<Long> shape, Part part) {

    public Slot {
      shape = List.copyOf(shape);
    }

    /** A tensor that has one role and is stored as it is used. */
    public Slot(WeightRole role, String tensor, List<Long> shape) {
      this(role, tensor, shape, new Part(false, 1, 0, shape.getFirst()));
    }

    /** Of the part that has the role. */
    public long elements() {
      long rows = part.transposed() ? shape.getLast() : shape.getFirst();
      long all = shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
      return all / rows * part.groups() * part.count();
    }
  }

  public WeightLayout(ModelConfig config) {
    this(config, false);
  }

  private WeightLayout(ModelConfig config, boolean bare) {
    this.config = config;
    this.family = Family.of(config.family());
    this.bare = bare;
  }

  /** The layout with the names of a checkpoint that may have been saved without its head. */
  static WeightLayout of(ModelConfig config, Predicate<String> stored) {
    WeightLayout bare = new WeightLayout(config, true);
    return stored.test(bare.outside().getFirst().tensor()) ? bare : new WeightLayout(config);
  }

  Family family() {
    return family;
  }

  /** What one sublayer needs, its norm first; of an expert without its line of the router. */
  public List<Slot> of(Sublayer sublayer) {
    if (sublayer.block() >= config.blocks()) {
      throw new IllegalArgumentException(
          sublayer + ": the model has " + config.blocks() + " blocks");
    }
    return switch (sublayer.kind()) {
      case ATTENTION -> attention(sublayer.block());
      case FFN -> sublayer.expert().isPresent() ? expert(sublayer) : ffn(sublayer.block());
    };
  }

  private List<Slot> expert(Sublayer expert) {
    long inner = config.experts(expert.block()).orElseThrow().intermediate();
    Slots slots = new Slots("ffn", expert.block());
    slots.addExpert(expert.expert().getAsInt(), inner);
    return List.copyOf(slots.slots);
  }

  /** What lies outside the sublayers, the embedding first, the head last. A tied head names the embedding. */
  public List<Slot> outside() {
    long hidden = config.hidden();
    Slots slots = new Slots("model", 0);
    slots.add(WeightRole.EMBEDDING, config.vocabulary(), hidden);
    if (config.positions() instanceof Positions.Learned learned) {
      slots.add(WeightRole.POSITIONS, (long) config.context() + learned.offset(), hidden);
    }
    slots.add(WeightRole.FINAL_NORM, hidden);
    if (config.norm().kind() == NormKind.LAYER) {
      slots.add(WeightRole.FINAL_NORM_BIAS, hidden);
    }
    Slot embedding = slots.slots.getFirst();
    if (config.ends().tiedHead()) {
      slots.slots.add(new Slot(WeightRole.HEAD, embedding.tensor(), embedding.shape()));
    } else {
      slots.add(WeightRole.HEAD, config.vocabulary(), hidden);
    }
    return List.copyOf(slots.slots);
  }

  /** Whether weights lie in the file in an order in which they cannot be used in place. */
  public boolean isRearranged() {
    return of(Sublayer.at(0)).stream().anyMatch(slot -> slot.part().groups() > 1);
  }

  /** Number of parameters of one sublayer, its norms included; of an expert with its line of the router. */
  public long parameters(Sublayer sublayer) {
    // Attentions of one model are alike, and so are FFNs with experts, FFNs without, and experts.
    boolean expert = sublayer.expert().isPresent();
    Object kind = List.of(sublayer.kind(), mixed(sublayer), expert);
    long line = expert ? config.hidden() : 0;
    return counted.computeIfAbsent(
        kind, k -> line + of(sublayer).stream().mapToLong(Slot::elements).sum());
  }

  private boolean mixed(Sublayer sublayer) {
    return sublayer.kind() == SublayerKind.FFN && config.experts(sublayer.block()).isPresent();
  }

  /** Number of parameters of the whole model; a tied head counts once. */
  public long parameters() {
    long mixed = config.ffn().experts().map(e -> e.blocks().size()).orElse(0);
    long sum = config.blocks() * parameters(new Sublayer(0, SublayerKind.ATTENTION));
    if (mixed > 0) {
      int block = config.ffn().experts().orElseThrow().blocks().getFirst();
      sum += mixed * parameters(new Sublayer(block, SublayerKind.FFN));
    }
    if (mixed < config.blocks()) {
      int dense =
          IntStream.range(0, config.blocks())
              .filter(b -> config.experts(b).isEmpty())
              .findFirst()
              .orElseThrow();
      sum += (config.blocks() - mixed) * parameters(new Sublayer(dense, SublayerKind.FFN));
    }
    long head = config.ends().tiedHead() ? (long) config.vocabulary() * config.hidden() : 0;
    return sum + outside().stream().mapToLong(Slot::elements).sum() - head;
  }

  /** All that is needed, embedding first; a tensor may appear in two roles. */
  Stream<Slot> all() {
    return Stream.concat(
        outside().stream(), config.sublayerList().stream().flatMap(s -> of(s).stream()));
  }

  private List<Slot> attention(int block) {
    Attention attention = config.attention();
    long hidden = config.hidden();
    Slots slots = new Slots("attention", block);
    slots.addNormBefore();
    slots.add(WeightRole.QUERY, attention.queries(), hidden);
    slots.add(WeightRole.KEY, attention.keys(), hidden);
    slots.add(WeightRole.VALUE, attention.keys(), hidden);
    slots.add(WeightRole.OUTPUT, hidden, attention.queries());
    if (attention.qkvBias()) {
      slots.add(WeightRole.QUERY_BIAS, attention.queries());
      slots.add(WeightRole.KEY_BIAS, attention.keys());
      slots.add(WeightRole.VALUE_BIAS, attention.keys());
    }
    if (attention.outputBias()) {
      slots.add(WeightRole.OUTPUT_BIAS, hidden);
    }
    if (attention.queryKeyNorm() != QueryKeyNorm.NONE) {
      boolean head = attention.queryKeyNorm() == QueryKeyNorm.HEAD;
      slots.add(WeightRole.QUERY_NORM, head ? attention.headSize() : attention.queries());
      slots.add(WeightRole.KEY_NORM, head ? attention.headSize() : attention.keys());
    }
    slots.addNormBehind();
    return List.copyOf(slots.slots);
  }

  private List<Slot> ffn(int block) {
    Slots slots = new Slots("ffn", block);
    slots.addNormBefore();
    config
        .experts(block)
        .ifPresentOrElse(experts -> addExperts(slots, experts), () -> addDense(slots));
    slots.addNormBehind();
    return List.copyOf(slots.slots);
  }

  private void addDense(Slots slots) {
    FeedForward ffn = config.ffn();
    long hidden = config.hidden();
    long inner = ffn.intermediate();
    if (ffn.gated()) {
      slots.add(WeightRole.GATE, inner, hidden);
    }
    slots.add(WeightRole.UP, inner, hidden);
    slots.add(WeightRole.DOWN, hidden, inner);
    if (ffn.bias()) {
      if (ffn.gated()) {
        slots.add(WeightRole.GATE_BIAS, inner);
      }
      slots.add(WeightRole.UP_BIAS, inner);
      slots.add(WeightRole.DOWN_BIAS, hidden);
    }
  }

  private void addExperts(Slots slots, Experts experts) {
    long hidden = config.hidden();
    slots.add(WeightRole.ROUTER, experts.count(), hidden);
    for (int expert = 0; expert < experts.count(); expert++) {
      slots.addExpert(expert, experts.intermediate());
    }
  }

  /** Collects the slots of one part of the model. */
  private final class Slots {
    final String part;
    final int block;
    final List<Slot> slots = new ArrayList<>();

    Slots(String part, int block) {
      this.part = part;
      this.block = block;
    }

    void addNormBefore() {
      if (config.norm().place() != NormPlace.AFTER) {
        add(WeightRole.NORM, config.hidden());
        if (config.norm().kind() == NormKind.LAYER) {
          add(WeightRole.NORM_BIAS, config.hidden());
        }
      }
    }

    void addNormBehind() {
      if (config.norm().place() != NormPlace.BEFORE) {
        add(WeightRole.POST_NORM, config.hidden());
      }
    }

    void addExpert(int expert, long inner) {
      Slots one = new Slots("expert", block);
      one.add(WeightRole.GATE, inner, config.hidden());
      one.add(WeightRole.UP, inner, config.hidden());
      one.add(WeightRole.DOWN, config.hidden(), inner);
      for (Slot slot : one.slots) {
        String name = slot.tensor().replace("@", Integer.toString(expert));
        slots.add(new Slot(slot.role(), name, slot.shape(), slot.part()));
      }
    }

    /** Add a role, its rows first and its columns, if it has any, last. */
    void add(WeightRole role, long... size) {
      TensorLine line =
          family
              .tensor(part, role.id())
              .orElseThrow(() ->
                  new IllegalStateException(
                      family.name() + " names no tensor for " + part + "." + role.id()));
      long groups = line.byHead() ? config.attention().heads() : 1;
      long first = 0;
      long rows = 0;
      for (String other : line.roles()) {
        first = other.equals(role.id()) ? rows : first;
        rows += rowsOf(other, size[0]);
      }
      List<Long> shape = new ArrayList<>(List.of(rows));
      if (size.length == 2) {
        shape.add(line.transposed() ? 0 : 1, size[1]);
      }
      slots.add(
          new Slot(
              role,
              name(line),
              shape,
              new Part(line.transposed(), groups, first / groups, size[0] / groups)));
    }

    /** Rows of a role that shares its tensor with another, which has so many. */
    private long rowsOf(String role, long rows) {
      return switch (role) {
        case "query", "query-bias" -> config.attention().queries();
        case "key", "key-bias", "value", "value-bias" -> config.attention().keys();
        default -> rows;
      };
    }

    private String name(TensorLine line) {
      String name = line.pattern().replace("#", Integer.toString(block));
      return bare && name.startsWith(family.prefix())
          ? name.substring(family.prefix().length())
          : name;
    }
  }
}
