package dev.ripcord.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpUrlTest {
  @ParameterizedTest
  @CsvSource({
    "http://my_shop:8080/health, my_shop, 8080",
    "HTTPS://stack_shop.1.x/, stack_shop.1.x, -1",
    "http://_a:/, _a, -1",
    "http://web-/x, web-, -1",
    "http://[::1]:9/x, [::1], 9",
    "http://u:p@my_shop/x, my_shop, -1",
    "http://bücher.de/, bücher.de, -1",
    "http://shop.test./, shop.test., -1",
  })
  void a19_anyNameThatMayResolve_isAHost(String text, String host, int port) {
    assertThat(HttpUrl.host(HttpUrl.parse(text))).contains(host);
    assertThat(HttpUrl.port(HttpUrl.parse(text)).orElse(-1)).isEqualTo(port);
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://shop/, does not begin with http",
    "my_shop:8080, does not begin with http:// or https://",
    "127.0.0.1:8080/health, does not begin with http:// or https://",
    "http://my shop/, is not a URL",
    "http:///x, has no host",
    "http://:8080/x, has no host",
    "http://u@/x, has no host",
    "http://my_shop:70000/, has a port above 65535",
    "http://my_shop:x/, a port that is no number",
    "'http://a,b/', neither a name nor an address",
  })
  void a19_whatIsNoUrl_isRefusedWithTheRule(String text, String rule) {
    assertThatThrownBy(() -> HttpUrl.parse(text)).hasMessageContaining(rule);
  }
}
