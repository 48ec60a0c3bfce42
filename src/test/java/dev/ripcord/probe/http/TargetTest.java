package dev.ripcord.probe.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ripcord.release.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  private static Target target(String url) {
    return Target.of(URI.create(url), Map.of());
  }

  @ParameterizedTest
  @CsvSource({
    "http://shop, shop, 80, /",
    "https://shop/health, shop, 443, /health",
    "http://my_shop:8080/h?a=b, my_shop, 8080, /h?a=b",
    "http://[::1]:9/x, ::1, 9, /x",
    "HTTP://u:p@shop:/x, shop, 80, /x",
  })
  void url_isTakenApart(String url, String host, int port, String path) {
    Target target = target(url);
    assertThat(target.host()).isEqualTo(host);
    assertThat(target.port()).isEqualTo(port);
    assertThat(target.path()).isEqualTo(path);
  }

  @Test
  void userPasswordAndQuery_areNotShown() {
    Target target = target("https://me:geheim@shop:8443/health?token=geheim");
    assertThat(target.shown()).isEqualTo("https://shop:8443/health");
    assertThat(target.toString()).doesNotContain("me:geheim").doesNotContain("Basic");
    assertThat(target.headers().get("Authorization")).isEqualTo(new Secret("Basic bWU6Z2VoZWlt"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://shop/x",
        "/health",
        "http:///x",
        "mailto:a@b",
        "http://shop:0/",
        "http://shop:70000/"
      })
  void whatCannotBeAsked_isRefused(String url) {
    assertThatIllegalArgumentException().isThrownBy(() -> target(url));
  }

  @Test
  void headers_goAlongOnlyToTheSameOrigin() {
    Map<String, Secret> headers = Map.of("X-Key", new Secret(" s\n"));
    Target target = Target.of(URI.create("http://shop:8080/a/b?c"), headers);
    assertThat(target.headers().get("x-key")).isEqualTo(new Secret("s"));
    assertThat(target.redirected("c").path()).isEqualTo("/a/c");
    assertThat(target.redirected("c").headers()).containsKey("x-key");
    assertThat(target.redirected("http://SHOP:8080/z").headers()).containsKey("x-key");
    assertThat(target.redirected("http://shop:8081/z").headers()).isEmpty();
    assertThat(target.redirected("https://shop:8080/z").headers()).isEmpty();
    assertThat(target.redirected("//other/z").headers()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/über, /%C3%BCber",
    "a b|c, /a/a%20b%7Cc",
    "?x=1, /a/b?x=1",
    "/p?q=[1]&r=%zz, /p?q=%5B1%5D&r=%25zz",
    "//other/ä, /%C3%A4",
    "../c#here, /c",
    "/%41, /%41",
  })
  void a30_location_isEscapedAsBrowsersDo(String location, String path) {
    // A header comes as a character for each byte.
    String bytes =
        new String(location.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertThat(target("http://shop:8080/a/b?c").redirected(bytes).path()).isEqualTo(path);
  }

  @Test
  void a30_hostInOtherLetters_isAskedForAsDnsKnowsIt() {
    String bytes =
        new String(
            "http://bücher.de/".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertThat(target("http://shop/").redirected(bytes).host()).isEqualTo("xn--bcher-kva.de");
    assertThat(target("http://bücher.de:8080/ü?ä").host()).isEqualTo("xn--bcher-kva.de");
    assertThat(target("http://bücher.de:8080/ü?ä").path()).isEqualTo("/%C3%BC?%C3%A4");
  }

  @Test
  void a17_dotAtTheEnd_isNoPartOfTheName() {
    assertThat(target("https://shop.test./h").name()).isEqualTo("shop.test");
    assertThat(target("https://shop.test./h").host()).isEqualTo("shop.test.");
  }
}
