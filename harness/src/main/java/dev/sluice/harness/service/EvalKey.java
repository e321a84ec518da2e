package dev.sluice.harness.service;

import dev.sluice.harness.model.Dtype;
import dev.sluice.harness.plan.PlanKey;
import dev.sluice.harness.plan.PlanType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a plan of an evaluation may say to the service: the options of {@code sluice eval}, without
 * those that name places of the user's own.
 */
public enum EvalKey {
  MODEL(PlanType.Text.any("DIR"), "", "Checkpoint folder, or a hub id in the local cache."),
  VARIANTS(
      PlanType.Text.any("LIST"),
      "intact",
      "intact, SWEEP@0.25, SWEEP@all, cut:3.ffn;9.attention, random:0.25:seed=7, reverse:0.25, with commas"
          + " between; NAME=... names one."),
  TASKS(
      PlanType.Text.any("LIST"),
      "",
      "Tasks, groups and presets by name, such as finercut,wikitext."),
  DATA(
      PlanType.Text.any("[TASK=]PLACE"),
      "",
      "Folder with the data, or a task's own folder or file, with commas between; by default the"
          + " Hugging Face cache."),
  SHOTS_DATA(
      PlanType.Text.any("TASK=PLACE"),
      "",
      "Where a task's shots come from, if not from data; with commas between."),
  SHOTS(new PlanType.Whole(0, 1000), "", "Worked examples in each prompt."),
  LIMIT(
      new PlanType.Text(
          "N",
          Pattern.compile("[0-9]{1,18}(:([0-9]{1,18})?)?|0?\\.[0-9]{0,17}[1-9][0-9]{0,17}"),
          "must be a number of rows, a share of them such as 0.1, or places from 0 such as 200:"),
      "",
      "Rows of each task, or a share of them such as 0.1, or from row 200 on 200:; of a corpus windows."),
  MODE(
      new PlanType.Choice(List.of("lm-eval", "clean")),
      "lm-eval",
      "Whose texts: lm-evaluation-harness's, slips included, or what was meant."),
  ON_BAD_ROW(
      new PlanType.Choice(List.of("fail", "skip")), "fail", "What a row does that cannot be used."),
  DTYPE(
      new PlanType.Choice(Arrays.stream(Dtype.values()).map(Dtype::id).toList()),
      "",
      "float32, bfloat16 or float16; by default the checkpoint's on GPU, float32 on CPU."),
  DEVICE(PlanKey.DEVICE.type(), "cpu", "cpu, gpu or gpu:N."),
  THREADS(PlanKey.THREADS.type(), "", "Threads of the tensor library; by default all cores."),
  BATCH_TOKENS(
      new PlanType.Whole(1, Integer.MAX_VALUE), "512", "Tokens that are computed together."),
  MEMORY(
      new PlanType.Bytes(),
      "",
      "Memory budget, such as 512M or 8GiB; by default half of what is free."),
  NAME(
      PlanKey.NAME.type(),
      "",
      "Under which the result is kept; by default the model's name and -eval.");

  // Every type is a record of immutable parts, but Error Prone would have us import it to say so.
  @SuppressWarnings("ImmutableEnumChecker")
  private final PlanType type;

  private final String fallback;
  private final String help;

  EvalKey(PlanType type, String fallback, String help) {
    this.type = type;
    this.fallback = fallback;
    this.help = help;
  }

  /** The name in a plan; the option is the same after two dashes. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What its value, or each of its values, may be. */
  public PlanType type() {
    return type;
  }

  /** The default as one would write it; empty where there is none or where it depends on others. */
  public Optional<String> fallback() {
    return Optional.of(fallback).filter(f -> !f.isEmpty());
  }

  /** One sentence for a user. */
  public String help() {
    return help;
  }

  /** Whether a plan must have it. */
  public boolean required() {
    return this == MODEL || this == TASKS;
  }

  /** Find a key by its id. */
  public static Optional<EvalKey> byId(String id) {
    return Arrays.stream(values()).filter(key -> key.id().equals(id)).findFirst();
  }

  /** All ids in order. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(EvalKey::id).toList();
  }
}
