package dev.ripcord.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.VertxException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkFailureTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new UnknownHostException("db"), "the host's name does not resolve"),
        Arguments.of(new NoRouteToHostException("x"), "no network leads to the host"),
        Arguments.of(
            new ConnectException("finishConnect(..) failed with error(-111): Connection refused"),
            "connection refused; does PostgreSQL run there?"),
        Arguments.of(new ConnectTimeoutException("connection timed out: db"), "no answer in time"),
        Arguments.of(new TimeoutException(), "no answer in time"),
        Arguments.of(
            new IOException("outer", new SSLHandshakeException("PKIX path building failed")),
            "the TLS handshake failed; look at sslmode and sslrootcert"),
        Arguments.of(
            new IllegalArgumentException("The value for 'password' must not be empty"),
            "it asks for a password, and none is given: put it into the URL, or into DB_PASSWORD"),
        Arguments.of(
            new VertxException("Connection was closed"),
            "the connection broke; look into the server's log"),
        Arguments.of(new IOException(), "the connection broke; look into the server's log"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void words_areNoLibrarysText(Throwable failure, String words) {
    assertThat(NetworkFailure.words(failure)).isEqualTo(words);
  }
}
