package dev.ripcord.config.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.config.connection.ProxyServer.Kind;
import dev.ripcord.config.connection.ProxyServer.Login;
import dev.ripcord.release.Secret;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyServerTest {
  @Test
  void address_isRead_andItsLoginIsNotShown() {
    ProxyServer proxy = ProxyServer.parse("http://r%40x:p%3Aa+ss@proxy.internal:3128");
    assertThat(proxy)
        .isEqualTo(
            new ProxyServer(
                Kind.HTTP,
                "proxy.internal",
                3128,
                Optional.of(new Login("r@x", new Secret("p:a+ss")))));
    assertThat(proxy).hasToString("http://***@proxy.internal:3128");
    assertThat(proxy.place()).isEqualTo("proxy.internal:3128");
    assertThat(ProxyServer.parse("socks5://[::1]:1080/"))
        .isEqualTo(new ProxyServer(Kind.SOCKS5, "[::1]", 1080, Optional.empty()))
        .hasToString("socks5://[::1]:1080");
    assertThat(ProxyServer.parse("socks5h://h:1").kind()).isEqualTo(Kind.SOCKS5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://proxy.internal:3128   | does not begin with http:// or socks5://
          proxy.internal:3128           | does not begin with http:// or socks5://
          http://proxy.internal         | has no host and port, as http://proxy.internal:3128
          http://:3128                  | has no host and port
          http://proxy.internal:99999   | has no host and port
          http://proxy.internal:3128/x  | has a path, which no proxy knows
          http://proxy.internal:3128?x  | has a path, which no proxy knows
          http://s3cret@proxy:3128      | has a user without a password
          http://s3cret proxy:3128      | is not a URL
          """)
  void addressThatIsNoProxy_isRefused_withoutBeingShown(String text, String rule) {
    assertThatThrownBy(() -> ProxyServer.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(rule)
        .hasMessageNotContaining("s3cret");
  }
}
