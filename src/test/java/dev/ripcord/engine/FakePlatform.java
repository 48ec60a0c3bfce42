package dev.ripcord.engine;

import dev.ripcord.port.Permit;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A platform in memory: what it is asked is written down, and a test says what fails. */
public final class FakePlatform implements Platform {
  /** What was asked, in order. */
  public final List<String> calls = new ArrayList<>();

  /** The next calls that change something fail with these. */
  public final Deque<PlatformException> failures = new ArrayDeque<>();

  /** Whether a call that fails does what it was asked for all the same. */
  public boolean failsAfterwards;

  /** Whether it can be asked what runs. */
  public boolean away;

  /** For how long, while it switches, it says that nobody answers it. */
  public List<Duration> silences = List.of();

  public ImageRef running = new ImageRef("shop:42");

  /** Whether its connections were given back. */
  public boolean closed;

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public Future<ImageRef> current() {
    return away
        ? Future.failedFuture(PlatformException.unanswered("the engine does not answer"))
        : Future.succeededFuture(running);
  }

  @Override
  public Future<Presence> presence(ImageRef image) {
    return Future.succeededFuture(new Presence.Present(""));
  }

  @Override
  public Future<String> switchTo(Release release, ImageRef image, Permit permit) {
    silences.forEach(lasted -> permit.unanswered(lasted, "the engine does not answer"));
    return act("switch " + image, image);
  }

  @Override
  public Future<String> start(Release release, ImageRef image, Permit permit) {
    return act("start " + image, image);
  }

  @Override
  public Future<Optional<String>> stopBlocker() {
    return Future.succeededFuture(Optional.empty());
  }

  @Override
  public Future<Void> stop(Release release, Permit permit) {
    return act("stop", running).mapEmpty();
  }

  private Future<String> act(String call, ImageRef image) {
    calls.add(call);
    PlatformException failure = failures.poll();
    if (failure == null || failsAfterwards) {
      running = image;
    }
    return failure == null ? Future.succeededFuture(image + " runs") : Future.failedFuture(failure);
  }
}
