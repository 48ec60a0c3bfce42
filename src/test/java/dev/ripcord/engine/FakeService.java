package dev.ripcord.engine;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.port.Probe;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/**
 * An application that a test makes well or ill, and the platform that runs it. What is asked of a
 * platform that hangs is never answered.
 */
final class FakeService implements Probe, Platform {
  private final Supplier<Instant> now;
  private final Set<ImageRef> bad = new HashSet<>();
  private final List<String> calls = new ArrayList<>();
  private Optional<ImageRef> running;
  private boolean hangs;
  private boolean silent;
  private int polls;
  private int closes;

  FakeService(Supplier<Instant> now, String image) {
    this.now = now;
    this.running = Optional.of(new ImageRef(image));
  }

  /** From now on half of the requests to this image fail. */
  void isBad(String image) {
    bad.add(new ImageRef(image));
  }

  /** No image fails any more. */
  void isWell() {
    bad.clear();
  }

  /** Somebody puts an image in place by hand. */
  void runs(String image) {
    running = Optional.of(new ImageRef(image));
  }

  /** The platform cannot be asked. */
  void runsNothing() {
    running = Optional.empty();
  }

  String runningImage() {
    return running.map(ImageRef::text).orElse("");
  }

  /** The platform answers no question any more, or does again. */
  void hangs(boolean now) {
    hangs = now;
  }

  /** No poll comes to an end any more. */
  void pollsHang() {
    silent = true;
  }

  int polls() {
    return polls;
  }

  /** What was asked of the platform that changes something. */
  List<String> calls() {
    return List.copyOf(calls);
  }

  @Override
  public Future<Void> prime() {
    return Future.succeededFuture();
  }

  @Override
  public Future<Sample> poll(String release, Duration spread) {
    polls++;
    if (silent) {
      return Promise.<Sample>promise().future();
    }
    boolean ill = running.filter(bad::contains).isPresent();
    return Future.succeededFuture(
        new Sample(
            release,
            now.get(),
            Duration.ofSeconds(30),
            Liveness.ANSWERS,
            OptionalInt.of(200),
            Optional.of(new Counts(100, ill ? 50 : 0)),
            false,
            Latency.NONE,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            List.of()));
  }

  /** How often it was closed, as a platform or as a probe. */
  int closes() {
    return closes;
  }

  @Override
  public void close() {
    closes++;
  }

  @Override
  public String name() {
    return "fake";
  }

  private <T> Future<T> answer(T value) {
    return hangs ? Promise.<T>promise().future() : Future.succeededFuture(value);
  }

  @Override
  public Future<ImageRef> current() {
    return running.isPresent()
        ? answer(running.get())
        : Future.failedFuture(new PlatformException("the platform cannot be asked"));
  }

  @Override
  public Future<Presence> presence(ImageRef image) {
    return answer(new Presence.Present(""));
  }

  @Override
  public Future<String> switchTo(Release release, ImageRef image, Permit permit) {
    return permit
        .confirm()
        .compose(
            x -> {
              calls.add("switch " + image);
              if (!hangs) {
                running = Optional.of(image);
              }
              return answer(image + " runs");
            });
  }

  @Override
  public Future<String> start(Release release, ImageRef image, Permit permit) {
    calls.add("start " + image);
    return answer(image + " runs");
  }

  @Override
  public Future<Optional<String>> stopBlocker() {
    return answer(Optional.empty());
  }

  @Override
  public Future<Void> stop(Release release, Permit permit) {
    calls.add("stop");
    return hangs ? Promise.<Void>promise().future() : Future.succeededFuture();
  }
}
