package dev.ripcord.systemd;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how this process is, where it asked to be told ({@code Type=notify}); elsewhere
 * each of these does nothing. What cannot be said is logged once and ends nothing. From any thread.
 */
public final class SystemdNotifier {
  private static final Logger LOG = LoggerFactory.getLogger(SystemdNotifier.class);

  private final Optional<DatagramSocket> socket;
  private final Optional<Duration> period;
  private final AtomicBoolean isTold = new AtomicBoolean();

  private SystemdNotifier(Optional<DatagramSocket> socket, Optional<Duration> period) {
    this.socket = socket;
    this.period = period;
  }

  /** The one that this environment names, for the process with this id. */
  public static SystemdNotifier of(Map<String, String> environment, long pid) {
    String name = environment.getOrDefault("NOTIFY_SOCKET", "");
    if (name.isEmpty()) {
      return new SystemdNotifier(Optional.empty(), Optional.empty());
    }
    try {
      return new SystemdNotifier(
          Optional.of(new DatagramSocket(NotifyAddress.of(name))),
          WatchdogPeriod.of(environment, pid));
    } catch (IllegalArgumentException e) {
      LOG.warn(
          "NOTIFY_SOCKET is \"{}\": {}; systemd is not told that this daemon is ready",
          name,
          e.getMessage());
      return new SystemdNotifier(Optional.empty(), Optional.empty());
    }
  }

  /**
   * It serves from now on.
   *
   * @param status one line for {@code systemctl status}
   */
  public void ready(String status) {
    say("READY=1\nSTATUS=" + oneLine(status));
  }

  /**
   * It reads its configuration anew; {@link #ready} says that this is over.
   *
   * @param nanos the monotonic clock of the system, as {@code System.nanoTime} gives it on Linux
   */
  public void reloading(long nanos) {
    say("RELOADING=1\nMONOTONIC_USEC=" + nanos / 1_000);
  }

  /** It has begun to end. */
  public void stopping() {
    say("STOPPING=1");
  }

  /**
   * Says again and again that the process lives, each time after every event loop has had its turn:
   * where one is stuck, systemd hears nothing and starts the process anew. Ends with the loops.
   */
  public void watch(Vertx vertx) {
    period.ifPresent(
        each -> {
          List<EventExecutor> loops = new ArrayList<>();
          ((VertxInternal) vertx).nettyEventLoopGroup().forEach(loops::add);
          round(List.copyOf(loops), 0, each);
        });
  }

  private void round(List<EventExecutor> loops, int turn, Duration each) {
    try {
      if (turn < loops.size()) {
        loops.get(turn).execute(() -> round(loops, turn + 1, each));
      } else {
        say("WATCHDOG=1");
        var _ =
            loops
                .getFirst()
                .schedule(() -> round(loops, 0, each), each.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (RejectedExecutionException e) {
      LOG.debug("the event loops have ended, and so has the watchdog");
    }
  }

  private void say(String message) {
    if (socket.isEmpty()) {
      return;
    }
    try {
      socket.get().send(message);
    } catch (IOException e) {
      if (isTold.compareAndSet(false, true)) {
        LOG.warn("systemd could not be told {}: {}", oneLine(message), e.getMessage());
      }
    }
  }

  private static String oneLine(String text) {
    return text.replace('\n', ' ');
  }
}
