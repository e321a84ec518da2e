package dev.sluice.harness.evaluation;

import dev.sluice.harness.engine.Engine;
import dev.sluice.harness.engine.Engine.Treatment;
import dev.sluice.harness.engine.HiddenState;
import dev.sluice.harness.engine.TokenBatch;
import dev.sluice.harness.model.Sublayer;
import dev.sluice.harness.variant.Variant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * One walk of a batch through the prefix tree of a set of variants, from wherever the boundary cache
 * lets each variant start to the last sublayer. Owns its live states until it is closed.
 */
final class PrefixWalk implements AutoCloseable {

  /**
   * A stack of live states.
   *
   * @param members for each state of the stack, the places of the variants that share it
   */
  private record Branch(HiddenState state, List<List<Integer>> members) {}

  /**
   * Where variants that agree so far enter the walk.
   *
   * @param variants their places
   * @param kept one share a variant of the state to start from, empty where that is the embedding: the
   *     cache may forget it meanwhile
   */
  private record Entry(List<Integer> variants, List<HiddenState> kept) {
    Entry() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  /** By boundary, then by what the variants do before it. */
  private final TreeMap<Integer, Map<Variant, Entry>> entries = new TreeMap<>();

  private final Engine engine;
  private final BoundaryCache cache;
  private final TokenBatch batch;
  private final List<Variant> variants;
  private final Treatment treatment;
  private List<Branch> live = new ArrayList<>();
  private long passes;
  private int kept;

  /**
   * @param variants distinct; the first is the intact model where a reference is wanted
   * @param treatment of the sublayers that they cut
   */
  PrefixWalk(
      Engine engine,
      BoundaryCache cache,
      TokenBatch batch,
      List<Variant> variants,
      Treatment treatment) {
    this.engine = engine;
    this.cache = cache;
    this.batch = batch;
    this.variants = variants;
    this.treatment = treatment;
  }

  void run(int sublayers, int stack) {
    findEntries();
    for (int j = 0; j < sublayers; j++) {
      enter(j);
      remember(j);
      advance(j, stack);
    }
    enter(sublayers);
    rememberReference(sublayers);
  }

  private void findEntries() {
    for (int i = 0; i < variants.size(); i++) {
      Variant variant = variants.get(i);
      Optional<BoundaryCache.Kept> deepest = cache.deepest(batch, variant, treatment);
      kept += deepest.isPresent() ? 1 : 0;
      int boundary = deepest.map(BoundaryCache.Kept::boundary).orElse(0);
      Entry entry =
          entries
              .computeIfAbsent(boundary, p -> new LinkedHashMap<>())
              .computeIfAbsent(variant.prefix(boundary), p -> new Entry());
      entry.variants().add(i);
      deepest.ifPresent(k -> entry.kept().add(k.state()));
    }
  }

  private void enter(int boundary) {
    for (Entry entry : entries.getOrDefault(boundary, Map.of()).values()) {
      HiddenState state =
          entry.kept().isEmpty() ? engine.embed(batch) : entry.kept().getFirst().share();
      live.add(new Branch(state, List.of(entry.variants())));
    }
    leaveEntries(boundary);
  }

  private void leaveEntries(int boundary) {
    Map<Variant, Entry> left = entries.remove(boundary);
    if (left != null) {
      left.values().forEach(entry -> entry.kept().forEach(HiddenState::close));
    }
  }

  private void remember(int boundary) {
    if (!cache.keeps(boundary)) {
      return;
    }
    for (Branch branch : live) {
      for (int m = 0; m < branch.members().size(); m++) {
        Variant variant = variants.get(branch.members().get(m).getFirst());
        try (HiddenState state = engine.member(branch.state(), m)) {
          cache.keep(batch, boundary, variant, treatment, state);
        }
      }
    }
  }

  private void rememberReference(int end) {
    if (!variants.getFirst().equals(Variant.intact())) {
      return;
    }
    try (HiddenState reference = reference()) {
      cache.keep(batch, end, Variant.intact(), treatment, reference);
    }
  }

  /** Take every live state past one sublayer; a state is freed as soon as it has passed. */
  private void advance(int sublayer, int stack) {
    List<Branch> before = live;
    live = new ArrayList<>();
    Deque<Branch> passing = new ArrayDeque<>();
    Deque<Branch> treated = new ArrayDeque<>();
    try {
      split(before, sublayer, passing, treated);
      while (!passing.isEmpty()) {
        List<Branch> taken = take(passing, stack);
        live.add(pass(taken, 1, x -> apply(sublayer, taken, x)));
      }
      while (!treated.isEmpty()) {
        List<Branch> taken = take(treated, stack);
        live.add(pass(taken, treatment.passes(), x -> treatment.treat(Sublayer.at(sublayer), x)));
      }
    } finally {
      closeAll(passing);
      closeAll(treated);
    }
  }

  private void split(
      List<Branch> before, int sublayer, Deque<Branch> passing, Deque<Branch> treated) {
    Collection<Branch> cut = treatment == Treatment.REMOVE ? live : treated;
    try {
      for (Branch branch : before) {
        part(branch, v -> v.isCut(sublayer)).ifPresent(cut::add);
        for (List<Integer> lacking : expertsCut(branch, sublayer)) {
          part(branch, v -> !v.isCut(sublayer) && v.expertsCut(sublayer).equals(lacking))
              .ifPresent(passing::add);
        }
      }
    } finally {
      closeAll(before);
    }
  }

  /** Each set of experts, mostly the empty one, that some of a branch's variants lack. */
  private Set<List<Integer>> expertsCut(Branch branch, int sublayer) {
    return branch.members().stream()
        .flatMap(List::stream)
        .map(i -> variants.get(i).expertsCut(sublayer))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Run the sublayer for a stack, for each member without the experts that its variants lack. */
  private HiddenState apply(int sublayer, List<Branch> stacked, HiddenState x) {
    List<List<Integer>> lacking =
        stacked.stream()
            .flatMap(b -> b.members().stream())
            .map(group -> variants.get(group.getFirst()).expertsCut(sublayer))
            .toList();
    return lacking.stream().allMatch(List::isEmpty)
        ? engine.apply(Sublayer.at(sublayer), x)
        : engine.applyWithout(lacking, Sublayer.at(sublayer), x);
  }

  /** The members that have such variants. */
  private Optional<Branch> part(Branch branch, Predicate<Variant> such) {
    List<Integer> places = new ArrayList<>();
    List<List<Integer>> members = new ArrayList<>();
    for (int m = 0; m < branch.members().size(); m++) {
      List<Integer> group =
          branch.members().get(m).stream().filter(i -> such.test(variants.get(i))).toList();
      if (!group.isEmpty()) {
        places.add(m);
        members.add(group);
      }
    }
    return places.isEmpty()
        ? Optional.empty()
        : Optional.of(new Branch(select(branch.state(), places), members));
  }

  private HiddenState select(HiddenState stack, List<Integer> places) {
    if (places.size() == stack.members()) {
      return stack.share();
    }
    List<HiddenState> chosen = new ArrayList<>();
    try {
      places.forEach(m -> chosen.add(engine.member(stack, m)));
      return chosen.size() == 1 ? chosen.getFirst().share() : engine.stack(chosen);
    } finally {
      chosen.forEach(HiddenState::close);
    }
  }

  /** The next branches that fit one call, at least one; the caller closes them. */
  private static List<Branch> take(Deque<Branch> passing, int stack) {
    List<Branch> taken = new ArrayList<>();
    int members = 0;
    while (!passing.isEmpty()
        && (taken.isEmpty() || members + passing.peek().state().members() <= stack)) {
      Branch branch = passing.remove();
      members += branch.state().members();
      taken.add(branch);
    }
    return taken;
  }

  /**
   * @param run sublayers for each member
   */
  private Branch pass(List<Branch> branches, int run, UnaryOperator<HiddenState> how) {
    List<List<Integer>> members = new ArrayList<>();
    branches.forEach(b -> members.addAll(b.members()));
    passes += (long) run * members.size();
    try (HiddenState in = together(branches)) {
      return new Branch(how.apply(in), members);
    }
  }

  private HiddenState together(List<Branch> branches) {
    try {
      List<HiddenState> states = branches.stream().map(Branch::state).toList();
      return states.size() == 1 ? states.getFirst().share() : engine.stack(states);
    } finally {
      closeAll(branches);
    }
  }

  /** The intact model's last state, which the caller closes. */
  HiddenState reference() {
    for (Branch branch : live) {
      for (int m = 0; m < branch.members().size(); m++) {
        if (branch.members().get(m).contains(0)) {
          return engine.member(branch.state(), m);
        }
      }
    }
    throw new IllegalStateException("the intact model is not in the walk");
  }

  /**
   * List the last states that asked variants share.
   *
   * @param asked the variants whose results are wanted
   * @param states gets the states, which stay the walk's
   * @param owners gets, for each member of all states in order, the places in {@code asked}
   */
  void forEachEnd(List<Variant> asked, List<HiddenState> states, List<List<Integer>> owners) {
    Map<Variant, Integer> places = new HashMap<>();
    asked.forEach(v -> places.put(v, places.size()));
    for (Branch branch : live) {
      List<List<Integer>> wanted =
          branch.members().stream()
              .map(group -> group.stream().map(variants::get).filter(places::containsKey))
              .map(group -> group.map(places::get).toList())
              .toList();
      if (wanted.stream().anyMatch(group -> !group.isEmpty())) {
        states.add(branch.state());
        owners.addAll(wanted);
      }
    }
  }

  long passes() {
    return passes;
  }

  /** Variants that began at a kept state. */
  int kept() {
    return kept;
  }

  private static void closeAll(Collection<Branch> branches) {
    branches.forEach(b -> b.state().close());
  }

  @Override
  public void close() {
    closeAll(live);
    live.clear();
    List.copyOf(entries.keySet()).forEach(this::leaveEntries);
  }
}
