package dev.ripcord.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import dev.ripcord.FreePort;
import dev.ripcord.TestPostgres;
import dev.ripcord.e2e.LoopbackService.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Silences from a command, beside a daemon that has something to alert of. */
final class SilenceEndToEndTest {
  private final List<AutoCloseable> open = new ArrayList<>();
  private final WireMockServer hook =
      new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
  private final int port = FreePort.next();
  @TempDir private Path folder;

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
    hook.stop();
  }

  private <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }

  private Ripcord run(String... arguments) {
    return opened(Ripcord.run(folder, arguments));
  }

  private String configuration() throws IOException {
    hook.start();
    hook.stubFor(WireMock.post("/").willReturn(WireMock.ok()));
    Files.writeString(folder.resolve("image"), "shop:2\n");
    LoopbackService service =
        opened(new LoopbackService(Mode.AS_THE_FILE_SAYS, folder.resolve("image")));
    Path file = folder.resolve("ripcord.yaml");
    Files.writeString(
        file,
        """
        database: %s
        listen: 127.0.0.1:%d
        interval: 500ms
        timeout: 400ms
        alerts: {webhook: "http://127.0.0.1:%d/"}
        services:
          shop:
            url: http://127.0.0.1:%d/health
            metrics: http://127.0.0.1:%d/metrics
        """
            .formatted(
                TestPostgres.url(TestPostgres.freshJournal()),
                port,
                hook.port(),
                service.port(),
                service.port()));
    return file.toString();
  }

  private List<String> sent() {
    return hook.getAllServeEvents().stream()
        .map(each -> each.getRequest().getBodyAsString())
        .toList();
  }

  @Test
  void alertOfASilencedService_isKept_shown_andSentWhenTheSilenceIsEnded() throws IOException {
    String file = configuration();
    Ripcord silence =
        run("silence", "sh*", "--for", "2h", "--reason", "new rack", "--by", "kim", "-c", file);
    assertThat(silence.exit()).as(silence.said()).isZero();
    assertThat(silence.out())
        .startsWith("silence 1, shop: silenced until ")
        .contains(" by kim: new rack")
        .contains("Judged and rolled back all the same.")
        .contains("ripcord silence end 1");
    Ripcord daemon = opened(Ripcord.daemon(folder, Path.of(file)));

    daemon.await("the alert is kept", () -> daemon.said().contains("is silenced until "));

    assertThat(daemon.said()).contains(" by kim: new rack. It says: ");
    assertThat(sent()).isEmpty();
    assertThat(run("status", "-c", file).out()).contains("  alerts silenced until ");
    assertThat(run("status", "-c", file, "-o", "json").out())
        .contains("\"silences\":[{\"id\":1,\"services\":\"sh*\"");
    assertThat(run("silence", "list", "-c", file).out())
        .startsWith("1  sh*  silenced until ")
        .contains("(1 alert held back)");

    Ripcord end = run("silence", "end", "1", "--by", "ann", "-c", file);

    assertThat(end.out().strip())
        .isEqualTo("silence 1, sh*: ended by ann; what still holds is sent");
    daemon.await("the alert is sent", () -> !sent().isEmpty());
    assertThat(sent().getFirst()).contains("Held back by a silence of kim until ");
    assertThat(run("silence", "list", "-c", file).out().strip())
        .isEqualTo("no silence holds: every alert is sent");
  }

  @Test
  void silenceThatMakesNoSense_isRefusedInOneLine() throws IOException {
    String file = configuration();

    assertRefused(run("silence", "-c", file), "whose alerts?");
    assertRefused(run("silence", "shop", "--for", "2h", "-c", file), "why? Say it for the others");
    assertRefused(run("silence", "shop", "--reason", "x", "-c", file), "a silence has one end");
    assertRefused(
        run("silence", "shpo", "--for", "2h", "--reason", "x", "-c", file), "configured: shop");
    Ripcord none = run("silence", "end", "7", "-c", file);
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.said()).contains("there is no silence 7");
  }

  private static void assertRefused(Ripcord run, String why) {
    assertThat(run.exit()).as(run.said()).isEqualTo(2);
    assertThat(run.said()).contains(why);
  }
}
