package dev.ripcord.probe.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageLookTest {
  private static final String TEXT = "text/plain; version=0.0.4";

  private static Optional<PageLook> look(String page, String type) {
    return PageLook.of(page.getBytes(StandardCharsets.UTF_8), type);
  }

  @Test
  void pageWithACounter_isNamed() {
    String page = "# TYPE http_requests_total counter\nhttp_requests_total{code=\"200\"} 4\n";

    assertThat(look(page, TEXT)).contains(new PageLook(Optional.of("http_requests_total"), ""));
    assertThat(look(page + "# EOF\n", "application/openmetrics-text; version=1.0.0"))
        .contains(new PageLook(Optional.of("http_requests_total"), ""));
  }

  @Test
  void pageWithoutAKnownCounter_namesWhatLooksLikeOne() {
    assertThat(look("up 1\nmy_http_calls 4\n", TEXT))
        .contains(new PageLook(Optional.empty(), "my_http_calls"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n", "# nothing but a comment\n", "ok", "<html></html>", "{\"a\":1}"})
  void anythingElse_isNoPage(String text) {
    assertThat(look(text, TEXT)).isEmpty();
  }

  @Test
  void openMetricsThatWasCut_isNoPage() {
    assertThat(look("up 1\n", "application/openmetrics-text")).isEmpty();
  }
}
