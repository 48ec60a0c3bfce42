package dev.ripcord.platform.docker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.platform.docker.api.SocketTrouble.Place;
import dev.ripcord.port.PlatformException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of an Engine that did not answer. */
final class SocketTroubleTest {
  private static final Path PATH = Path.of("/run/docker.sock");
  private static final Place NOTHING = new Place.Nothing();
  private static final Place OURS = new Place.Socket(true, Optional.of("docker"));
  private static final Place THEIRS = new Place.Socket(false, Optional.of("docker"));

  @TempDir private Path folder;

  static Stream<Arguments> troubles() {
    String missing = "there is no Docker Engine at /run/docker.sock: the socket does not exist";
    String denied = "permission denied; add the user to the group that owns the socket";
    String nobody = "does not answer: nothing listens on the socket";
    String closed = "closed the connection before it had answered \"GET /version\"";
    return Stream.of(
        Arguments.of(NOTHING, new FileNotFoundException(), missing, true),
        Arguments.of(NOTHING, new SocketException("No such file or directory"), missing, true),
        Arguments.of(NOTHING, new HttpClosedException("Connection was closed"), missing, true),
        Arguments.of(OURS, new FileNotFoundException(), missing, true),
        Arguments.of(new Place.Hidden(), new ConnectException("denied"), denied, false),
        Arguments.of(THEIRS, new ConnectException("Permission denied"), denied, false),
        Arguments.of(THEIRS, new SocketException("Permission denied"), denied, false),
        Arguments.of(
            new Place.Folder(), new ConnectException("Connection refused"), "a folder", false),
        Arguments.of(OURS, new ConnectException("Connection refused"), nobody, true),
        Arguments.of(OURS, new SocketException("Connection reset"), closed, true),
        Arguments.of(OURS, new HttpClosedException("Connection was closed"), closed, true),
        Arguments.of(NOTHING, new TimeoutException(), "did not answer \"GET /version\"", true));
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void trouble_isNamedByTheFailureAndByWhatIsThere(
      Place place, Throwable cause, String text, boolean unanswered) {
    PlatformException said =
        new SocketTrouble(PATH, place).of(cause, "GET /version", Duration.ofSeconds(30));

    assertThat(said).hasMessageContaining(text);
    assertThat(said.isUnanswered()).isEqualTo(unanswered);
  }

  @Test
  void socketOfAGroup_isGivenTheCommandThatMendsIt() {
    assertThat(
            new SocketTrouble(PATH, THEIRS)
                .of(new ConnectException("Permission denied"), "GET /version", Duration.ZERO))
        .hasMessageContaining("usermod -aG docker " + System.getProperty("user.name"));
  }

  /** Each transport has failures of its own. */
  @ParameterizedTest
  @CsvSource({
    "true,  nothing, the socket does not exist",
    "false, nothing, the socket does not exist",
    "true,  left,    nothing listens on the socket",
    "false, left,    nothing listens on the socket",
    "true,  folder,  that is a folder",
    "false, folder,  that is a folder",
  })
  void request_isAnsweredWithWhatIsThere(boolean epoll, String what, String text)
      throws IOException {
    Path socket = folder.resolve("docker.sock");
    if (what.equals("folder")) {
      Files.createDirectory(socket);
    }
    if (what.equals("left")) {
      try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(socket));
      }
    }
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(epoll));
    try {
      DockerSocket engine = new DockerSocket(vertx, vertx.createHttpClient(), socket);
      assertThatThrownBy(
              () -> engine.ask(HttpMethod.GET, "/version", null, Duration.ofSeconds(20)).await())
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining(text);
    } finally {
      vertx.close().await();
    }
  }
}
