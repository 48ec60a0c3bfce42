package dev.ripcord.platform.docker;

import dev.ripcord.port.PlatformException;
import dev.ripcord.vertx.AsyncLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Waits until a container that was started is up: healthy where it has a health check, otherwise
 * running for a second without having been started again in between.
 */
final class DockerProof {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final Duration SETTLE = Duration.ofSeconds(1);

  /** Both the interval and the time limit of a health check that names none. */
  private static final Duration CHECK_USUAL = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final LongSupplier nanos;
  private final DockerContainers engine;

  DockerProof(Vertx vertx, LongSupplier nanos, DockerContainers engine) {
    this.vertx = vertx;
    this.nanos = nanos;
    this.engine = engine;
  }

  /** Succeeds when it is up; fails with what it did instead and its last lines. */
  Future<Void> of(String id, Duration timeout) {
    long now = nanos.getAsLong();
    return look(id, timeout, new Seen(now, now, ""));
  }

  /**
   * What earlier looks have seen.
   *
   * @param began when the first look was made
   * @param upSince when the present run of the container was first seen up
   * @param run which run that is: when it began, as the Engine reports it; empty when it was not up
   */
  private record Seen(long began, long upSince, String run) {}

  private Future<Void> look(String id, Duration timeout, Seen first) {
    AtomicReference<Seen> seen = new AtomicReference<>(first);
    return AsyncLoop.until(
            () -> engine.byId(id).compose(container -> judge(container, timeout, seen)))
        .mapEmpty();
  }

  /** Whether it is proved; empty where it has to be looked at again. */
  private Future<Optional<Boolean>> judge(
      Optional<JsonObject> container, Duration timeout, AtomicReference<Seen> before) {
    if (container.isEmpty()) {
      return Future.failedFuture(
          new PlatformException("the new container ended, and Docker removed it (--rm)"));
    }
    JsonObject state = container.get().getJsonObject("State");
    Seen seen = seenNow(state, Objects.requireNonNull(before.get()));
    before.set(seen);
    Optional<String> bad = badly(state);
    if (bad.isPresent()) {
      return failed(container.get(), bad.get());
    }
    if (isProved(state, seen)) {
      return Future.succeededFuture(Optional.of(true));
    }
    if (engine.isRevoked()) {
      return Future.failedFuture(
          new DockerContainers.PermitLost(
              new PlatformException("the right to act was lost while the container started")));
    }
    Duration patience = atLeastItsStartPeriod(container.get(), timeout);
    if (nanos.getAsLong() - seen.began() >= patience.toNanos()) {
      String how =
          "was not up %d s after its start: it is %s; where it needs longer, set platform.docker.start-timeout"
              .formatted(patience.toSeconds(), described(container.get()));
      return failed(container.get(), how);
    }
    return vertx.timer(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS).map(Optional.empty());
  }

  /**
   * A container whose health check has a start period may be unhealthy for that long, and is asked
   * once more after it.
   */
  private static Duration atLeastItsStartPeriod(JsonObject container, Duration timeout) {
    JsonObject check = container.getJsonObject("Config").getJsonObject("Healthcheck");
    long period = check == null ? 0 : check.getLong("StartPeriod", 0L);
    if (check == null || period <= 0) {
      return timeout;
    }
    Duration one =
        orUsual(check.getLong("Interval", 0L)).plus(orUsual(check.getLong("Timeout", 0L)));
    Duration own = Duration.ofNanos(period).plus(one);
    return own.compareTo(timeout) > 0 ? own : timeout;
  }

  /** The Engine takes no value for its usual one. */
  private static Duration orUsual(long nanos) {
    return nanos <= 0 ? CHECK_USUAL : Duration.ofNanos(nanos);
  }

  private Seen seenNow(JsonObject state, Seen before) {
    boolean up = state.getString("Status", "").equals("running");
    String run = up ? state.getString("StartedAt", "") : "";
    long since = run.equals(before.run()) ? before.upSince() : nanos.getAsLong();
    return new Seen(before.began(), since, run);
  }

  private boolean isProved(JsonObject state, Seen seen) {
    if (seen.run().isEmpty()) {
      return false;
    }
    String health = health(state);
    boolean settled = nanos.getAsLong() - seen.upSince() >= SETTLE.toNanos();
    return health.isEmpty() ? settled : health.equals("healthy");
  }

  /** Why there is nothing to wait for any more. */
  private static Optional<String> badly(JsonObject state) {
    String status = state.getString("Status", "");
    if (status.equals("exited") || status.equals("dead")) {
      boolean memory = state.getBoolean("OOMKilled", false);
      return Optional.of(
          "exited with code %d%s"
              .formatted(state.getInteger("ExitCode", 0), memory ? ", out of memory" : ""));
    }
    return health(state).equals("unhealthy") ? Optional.of("is unhealthy") : Optional.empty();
  }

  private static String described(JsonObject container) {
    JsonObject state = container.getJsonObject("State");
    String health = health(state);
    String status = state.getString("Status", "not running");
    int restarts = container.getInteger("RestartCount", 0);
    return status
        + (health.isEmpty() ? "" : ", health " + health)
        + (restarts == 0 ? "" : ", restarted %d times".formatted(restarts));
  }

  private static String health(JsonObject state) {
    JsonObject health = state.getJsonObject("Health");
    String status = health == null ? "" : health.getString("Status", "");
    return status.equals("none") ? "" : status;
  }

  private <T> Future<T> failed(JsonObject container, String how) {
    boolean terminal = container.getJsonObject("Config").getBoolean("Tty", false);
    return engine
        .lastLines(container.getString("Id"), terminal)
        .compose(
            lines -> {
              String log =
                  lines.isEmpty()
                      ? "it printed nothing"
                      : "its last lines:\n" + lines.indent(2).stripTrailing();
              String checked = lastCheck(container.getJsonObject("State"));
              return Future.failedFuture(
                  new PlatformException("the new container %s%s; %s".formatted(how, checked, log)));
            });
  }

  /** What the health check itself printed last. */
  private static String lastCheck(JsonObject state) {
    JsonObject health = state.getJsonObject("Health");
    if (health == null
        || health.getJsonArray("Log") == null
        || health.getJsonArray("Log").isEmpty()) {
      return "";
    }
    var log = health.getJsonArray("Log");
    String output = log.getJsonObject(log.size() - 1).getString("Output", "").strip();
    String first = output.lines().findFirst().orElse("");
    return first.isEmpty() ? "" : " (the check says: %.200s)".formatted(first);
  }
}
