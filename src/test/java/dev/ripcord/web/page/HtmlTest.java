package dev.ripcord.web.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HtmlTest {
  private static final String NASTY = "<img src=x onerror='alert(\"1\")'>&{}";
  private static final String TAMED =
      "&lt;img src=x onerror=&#39;alert(&quot;1&quot;)&#39;&gt;&amp;{}";

  @Test
  void value_isEscapedBetweenTagsAndInAttributes() {
    assertThat(Html.of("<p title=\"{}\">{}</p>", NASTY, NASTY))
        .hasToString("<p title=\"" + TAMED + "\">" + TAMED + "</p>");
    assertThat(Html.text(NASTY)).hasToString(TAMED);
  }

  @Test
  void html_inHtml_isNotEscapedAgain() {
    Html inner = Html.of("<b>{}</b>", "1 < 2");

    assertThat(Html.of("<p>{}{}</p>", inner, 7)).hasToString("<p><b>1 &lt; 2</b>7</p>");
    assertThat(Html.join(inner, Html.NOTHING, inner)).hasToString("<b>1 &lt; 2</b><b>1 &lt; 2</b>");
  }

  @Test
  void values_thatDoNotFitTheirPlaces_areABug() {
    assertThatThrownBy(() -> Html.of("<p>{}</p>"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fewer values");
    assertThatThrownBy(() -> Html.of("<p>{}</p>", 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more values");
  }
}
