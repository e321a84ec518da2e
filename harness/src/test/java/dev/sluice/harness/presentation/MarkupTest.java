package dev.sluice.harness.presentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MarkupTest {

  @Test
  void textAndAttributesAreEscaped() {
    String page = new Markup().element("p", "<b> & \"q\" 'a'\u0007\ud800", "title", "\"><x").page();

    assertThat(page)
        .contains(
            "<p title=\"&quot;&gt;&lt;x\">&lt;b&gt; &amp; &quot;q&quot; &#39;a&#39;\ufffd\ufffd</p>");
  }

  @Test
  void openElementsAreRefused() {
    Markup markup = new Markup().open("p");
    assertThatThrownBy(markup::page)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("[p]");
  }

  @Test
  void scriptThatXmlCannotHoldIsRefused() {
    assertThatThrownBy(() -> new Markup().verbatim("script", "a < b"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void attributeWithoutAValueIsRefused() {
    assertThatThrownBy(() -> new Markup().open("p", "class"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("p");
  }
}
