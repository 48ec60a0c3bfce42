package dev.ripcord.platform.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.platform.Platforms;
import dev.ripcord.port.Fence;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines whose answers are lost, and permits that are; a real Docker Engine behind a relay. */
@Execution(ExecutionMode.SAME_THREAD)
final class DockerBadDaysTest {
  private final Shop shop = new Shop();
  private final Vertx vertx = Vertx.vertx();

  @TempDir Path folder;

  @BeforeAll
  static void images() {
    Shop.makeImages();
  }

  @AfterEach
  void close() {
    Shop.get(vertx.close());
    shop.close();
  }

  /** Cuts one call that changes something: it is done, and its answer does not come. */
  private Path relay(int cutCall) {
    Path path = folder.resolve("relay.sock");
    AtomicInteger calls = new AtomicInteger();
    NetServer server = vertx.createNetServer();
    server.connectHandler(
        client -> {
          client.pause();
          vertx
              .createNetClient()
              .connect(SocketAddress.domainSocketAddress(shop.engine().socket().toString()))
              .onSuccess(engine -> join(client, engine, calls, cutCall))
              .onFailure(e -> client.close());
        });
    Shop.get(server.listen(SocketAddress.domainSocketAddress(path.toString())));
    return path;
  }

  private static void join(NetSocket client, NetSocket engine, AtomicInteger calls, int cutCall) {
    boolean[] cut = new boolean[1];
    client.handler(
        data -> {
          String begin = data.getString(0, Math.min(6, data.length()));
          if (begin.startsWith("POST") || begin.startsWith("DELETE")) {
            cut[0] = calls.incrementAndGet() == cutCall;
          }
          engine.write(data);
        });
    engine.handler(
        data -> {
          if (cut[0]) {
            client.close();
            engine.close();
          } else {
            client.write(data);
          }
        });
    client.closeHandler(x -> engine.close());
    engine.closeHandler(x -> client.close());
    client.resume();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void c7_answerThatIsLost_isLookedAtAgainAndTheSwitchGoesOn(int call) {
    shop.run("2", "-e", "KEEP=me");

    Shop.get(shop.at(relay(call)).switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));

    assertThat(Shop.env(shop.inspect())).contains("KEEP=me", "V=1");
    shop.assertAlone("1");
  }

  /** An Engine that does the first calls that change something and then is gone for good. */
  private Path goneAfter(int changes, AtomicInteger calls) {
    Path path = folder.resolve("gone.sock");
    NetServer server = vertx.createNetServer();
    server.connectHandler(
        client -> {
          if (calls.get() >= changes) {
            calls.incrementAndGet();
            client.close();
            return;
          }
          client.pause();
          vertx
              .createNetClient()
              .connect(SocketAddress.domainSocketAddress(shop.engine().socket().toString()))
              .onSuccess(engine -> join(client, engine, calls, changes))
              .onFailure(e -> client.close());
        });
    Shop.get(server.listen(SocketAddress.domainSocketAddress(path.toString())));
    return path;
  }

  @Test
  void c7_engineThatStaysAway_isGivenUpAfterFiveMinutesAndTheSameCallFinishesLater() {
    shop.run("2");
    AtomicInteger calls = new AtomicInteger();
    Path gone = goneAfter(2, calls);
    AtomicLong looks = new AtomicLong();
    // Each look at the clock while the Engine is away is a minute later than the one before.
    LongSupplier nanos =
        () -> Duration.ofMinutes(calls.get() < 2 ? 0 : looks.incrementAndGet()).toNanos();
    Platforms platforms = new Platforms(vertx, nanos, Map.of(), folder);
    Platform docker =
        platforms.of(
            Shop.RELEASE.service(),
            new PlatformSettings.Docker(shop.name(), gone, Duration.ofSeconds(5)));

    assertThatThrownBy(
            () -> Shop.get(docker.switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted())))
        .isInstanceOf(PlatformException.class)
        .hasMessageNotContaining("null");

    assertThat(looks.get()).as("minutes that it was waited for").isBetween(5L, 8L);
    assertThat(calls.get()).as("it was asked again meanwhile").isGreaterThan(4);
    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));
    shop.assertAlone("1");
  }

  @Test
  void c7_engineThatIsNotThere_isUnansweredAndSaysSoInWords() {
    assertThatThrownBy(() -> Shop.get(shop.at(folder.resolve("no.sock")).current()))
        .isInstanceOfSatisfying(PlatformException.class, e -> assertThat(e.isUnanswered()).isTrue())
        .hasMessageContaining("there is no Docker Engine at")
        .hasMessageNotContaining("null");
  }

  /** Granted so many times. */
  private record Lost(AtomicInteger left) implements Permit {
    @Override
    public Fence fence() {
      return Permits.granted().fence();
    }

    @Override
    public Future<Void> confirm() {
      return left.getAndDecrement() > 0
          ? Future.succeededFuture()
          : Future.failedFuture(new IllegalStateException("the lease is lost"));
    }

    @Override
    public Future<Void> revoked() {
      return Promise.<Void>promise().future();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void c1_permitThatIsLostInTheMiddle_breaksTheSwitchOffWhereItIs(int granted) {
    shop.run("2");

    assertThatThrownBy(
            () ->
                Shop.get(
                    shop.platform()
                        .switchTo(
                            Shop.RELEASE, Shop.image("1"), new Lost(new AtomicInteger(granted)))))
        .hasMessage("the lease is lost");

    assertThat(shop.names()).as("nothing was reverted").hasSize(granted == 0 ? 1 : 2);
    Shop.get(shop.platform().switchTo(Shop.RELEASE, Shop.image("1"), Permits.granted()));
    shop.assertAlone("1");
  }
}
