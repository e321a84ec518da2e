package dev.sluice.harness.masks;

import java.util.Optional;

/** One form that lists of cuts are published in. */
interface MaskForm {

  /**
   * The list, its blocks and duplicates not checked; empty where the file is of another form.
   *
   * @throws dev.sluice.scorers.PrerequisiteException if it is of this form and wrong
   */
  Optional<CutList> read(MaskText text);
}
