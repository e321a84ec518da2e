package dev.sluice.dashboards.promql;

import java.util.Locale;

/** A PromQL expression; parentheses are set where the operators need them. */
public class Expr {
  private static final int OR = 1;
  private static final int AND = 2;
  private static final int COMPARISON = 3;
  private static final int SUM = 4;
  private static final int PRODUCT = 5;
  private static final int ATOM = 7;

  private final String text;
  private final int strength;

  Expr(String text) {
    this(text, ATOM);
  }

  private Expr(String text, int strength) {
    this.text = text;
    this.strength = strength;
  }

  /** A number. */
  public static Expr of(double value) {
    return new Expr(number(value));
  }

  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.format(Locale.ROOT, "%d", (long) value)
        : Double.toString(value);
  }

  /** As Prometheus reads it. */
  public String text() {
    return text;
  }

  /** Sum of the values of equal labels. */
  public Expr plus(Expr other) {
    return joined("+", SUM, other);
  }

  /** Sum, matched as told. */
  public Expr plus(Match match, Expr other) {
    return joined("+ " + match.text(), SUM, other);
  }

  /** Difference of the values of equal labels. */
  public Expr minus(Expr other) {
    return joined("-", SUM, other);
  }

  /** Difference, matched as told. */
  public Expr minus(Match match, Expr other) {
    return joined("- " + match.text(), SUM, other);
  }

  /** Product with a number or with the values of equal labels. */
  public Expr times(Expr other) {
    return joined("*", PRODUCT, other);
  }

  /** Product with a number. */
  public Expr times(double factor) {
    return times(of(factor));
  }

  /** Product, matched as told: how labels of an info meter are joined. */
  public Expr times(Match match, Expr other) {
    return joined("* " + match.text(), PRODUCT, other);
  }

  /** Quotient of the values of equal labels. */
  public Expr over(Expr other) {
    return joined("/", PRODUCT, other);
  }

  /** Quotient, matched as told. */
  public Expr over(Match match, Expr other) {
    return joined("/ " + match.text(), PRODUCT, other);
  }

  /** What is above the bound. */
  public Expr above(double bound) {
    return joined(">", COMPARISON, of(bound));
  }

  /** What is above its counterpart. */
  public Expr above(Expr bound) {
    return joined(">", COMPARISON, bound);
  }

  /** What is below the bound. */
  public Expr below(double bound) {
    return joined("<", COMPARISON, of(bound));
  }

  /** What equals the value. */
  public Expr equalTo(double value) {
    return joined("==", COMPARISON, of(value));
  }

  /** What equals its counterpart, matched as told. */
  public Expr equalTo(Match match, Expr other) {
    return joined("== " + match.text(), COMPARISON, other);
  }

  /** What is not a number: the one thing that differs from itself. */
  public Expr isNaN() {
    return joined("!=", COMPARISON, this);
  }

  /** What has a counterpart, matched as told. */
  public Expr and(Match match, Expr other) {
    return joined("and " + match.text(), AND, other);
  }

  /** What has no counterpart of equal labels. */
  public Expr unless(Expr other) {
    return joined("unless", AND, other);
  }

  /** What is here, and of the other what is not here. */
  public Expr or(Expr other) {
    return joined("or", OR, other);
  }

  private Expr joined(String operator, int level, Expr other) {
    // Operators of one level are read from the left.
    String left = strength < level ? "(" + text + ")" : text;
    String right = other.strength <= level ? "(" + other.text + ")" : other.text;
    return new Expr(left + " " + operator + " " + right, level);
  }

  @Override
  public String toString() {
    return text;
  }
}
