package dev.ripcord.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.platform.PlatformContract;
import dev.ripcord.platform.Platforms;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.release.ImageRef;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** A hook on a real HTTP server. */
final class HttpPlatformTest extends PlatformContract {
  private static final String SECRET = "letmein";

  private final List<String> posted = new CopyOnWriteArrayList<>();
  private final List<String> signatures = new CopyOnWriteArrayList<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();
  private volatile String image = "shop:2";
  private volatile int status = 200;
  private volatile String current = "";
  private volatile boolean answers = true;
  private final AtomicInteger looksUntilItRuns = new AtomicInteger();
  private Duration deadline = Duration.ofSeconds(10);
  private String url = "";

  private void answer(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              if (request.method().name().equals("GET")) {
                request.response().end(current.isEmpty() ? running() : current);
                return;
              }
              posted.add(request.path() + " " + body);
              signatures.add(String.valueOf(request.getHeader("X-Ripcord-Signature-256")));
              keys.add(String.valueOf(request.getHeader("Idempotency-Key")));
              if (status == 200 && body.toJsonObject().getString("image") != null) {
                image = body.toJsonObject().getString("image");
              }
              if (answers) {
                request.response().setStatusCode(status).end("the hook says so\n");
              } else {
                request.connection().close();
              }
            });
  }

  private String running() {
    return looksUntilItRuns.getAndDecrement() > 0
        ? "{\"image\":null}"
        : new JsonObject().put("image", image).encode();
  }

  @Override
  protected Platform platform(Platforms made) throws IOException {
    var server = vertx.createHttpServer().requestHandler(this::answer);
    url = "http://127.0.0.1:" + get(server.listen(0, "127.0.0.1")).actualPort();
    return hook(made, Optional.empty());
  }

  private Platform hook(Platforms made, Optional<Path> secret) {
    return made.of(
        RELEASE.service(),
        new PlatformSettings.Http(
            URI.create(url + "/switch?key=s3cret"),
            URI.create(url + "/current"),
            secret.map(file -> URI.create(url + "/stop")),
            secret,
            deadline));
  }

  @Override
  protected ImageRef image(String version) {
    return new ImageRef("shop:" + version);
  }

  @Override
  protected ImageRef serves() {
    return new ImageRef(image);
  }

  @Override
  protected int changes() {
    return posted.size();
  }

  @Override
  protected void breaks() {
    status = 500;
  }

  @Test
  void hook_getsServiceReleaseAndImage_signed_withAKeyOfThisWish() throws Exception {
    var _ = platform(platforms());
    Path secret = Files.writeString(folder.resolve("secret"), SECRET + "\n");

    get(hook(platforms(), Optional.of(secret)).switchTo(RELEASE, image("1"), Permits.granted()));

    String body = "{\"service\":\"shop\",\"release\":\"v2\",\"image\":\"shop:1\"}";
    assertThat(posted).containsExactly("/switch " + body);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    assertThat(signatures)
        .containsExactly(
            "sha256="
                + HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8))));
    image = "shop:2";
    get(hook(platforms(), Optional.of(secret)).switchTo(RELEASE, image("1"), Permits.granted()));
    assertThat(keys).hasSize(2).doesNotContain("null");
    assertThat(keys.getFirst()).isEqualTo(keys.getLast());
    get(hook(platforms(), Optional.of(secret)).stop(RELEASE, Permits.granted()));
    assertThat(posted.getLast())
        .isEqualTo("/stop {\"service\":\"shop\",\"release\":\"v2\",\"image\":null}");
  }

  @Test
  void answerThatIsLost_isSettledByWhatRuns() throws IOException {
    Platform platform = platform(platforms());
    answers = false;

    assertThat(get(platform.switchTo(RELEASE, image("1"), Permits.granted())))
        .isEqualTo("the web hook put shop:1 in place");
    assertThat(posted).hasSize(1);

    status = 503;
    image = "shop:2";
    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, image("1"), Permits.granted())))
        .isInstanceOfSatisfying(
            PlatformException.class, trouble -> assertThat(trouble.isUnanswered()).isTrue());
  }

  @Test
  void imageThatComesUpLater_isWaitedFor() throws IOException {
    Platform platform = platform(platforms());
    looksUntilItRuns.set(3);

    assertThat(get(platform.switchTo(RELEASE, image("1"), Permits.granted())))
        .contains("put shop:1 in place");
    assertThat(posted).hasSize(1);
  }

  @Test
  void imageThatNeverComesUp_isSaid_andSoIsWhatRuns() throws IOException {
    deadline = Duration.ofSeconds(1);
    Platform platform = platform(platforms());
    current = "{\"image\":\"shop:2\"}";

    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, image("1"), Permits.granted())))
        .hasMessageContaining("took the call")
        .hasMessageContaining("still says shop:2, not shop:1");
  }

  @Test
  void waiting_endsWhenTheRightToActIsGone() throws IOException {
    Platform platform = platform(platforms());
    current = "{\"image\":\"shop:2\"}";
    Promise<Void> revoked = Promise.promise();
    var switching = platform.switchTo(RELEASE, image("1"), Permits.until(revoked.future()));
    revoked.complete();

    assertThatThrownBy(() -> get(switching)).hasMessageContaining("was broken off");
  }

  @Test
  void answersThatAreNone_areSaid_withoutWhatTheAddressHolds() throws IOException {
    Platform platform = platform(platforms());
    for (String wrong : List.of("nothing", "{\"image\":7}", "{\"image\":\"no such thing\"}")) {
      current = wrong;
      assertThatThrownBy(() -> get(platform.current()))
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("/current has to answer {\"image\":\"…\"}");
    }
    current = "{\"image\":null}";
    assertThatThrownBy(() -> get(platform.current())).hasMessageContaining("nothing runs");
    status = 404;
    current = "{\"image\":\"shop:2\"}";
    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, image("1"), Permits.granted())))
        .hasMessageContaining("/switch answered 404: the hook says so")
        .hasMessageNotContaining("s3cret");
  }
}
