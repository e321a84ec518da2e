package dev.sluice.harness.presentation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The frame of a self-contained page: head with style and a policy that lets nothing be loaded. */
public final class Page {
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

  private Page() {}

  /**
   * A page whose head is written and whose {@code html} and {@code body} are open.
   *
   * @param style rules besides those that all pages have
   */
  public static Markup begin(String title, String style) {
    Markup page = new Markup().open("html", "lang", "en");
    page.open("head").single("meta", "charset", "utf-8");
    page.single("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.single("meta", "name", "color-scheme", "content", "light dark");
    page.single("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    page.single("link", "rel", "icon", "href", "data:,");
    page.element("title", title + " – Sluice");
    page.verbatim("style", resource(Page.class, "page.css") + ColourScale.css() + style);
    return page.closeLine().open("body");
  }

  /** The text of a resource that lies beside a class. */
  public static String resource(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
