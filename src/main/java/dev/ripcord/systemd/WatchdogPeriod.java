package dev.ripcord.systemd;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** How often systemd wants to hear that the process lives. */
final class WatchdogPeriod {
  private WatchdogPeriod() {}

  /**
   * Half of the time after which systemd takes the process for stuck; empty where it does not watch
   * this process.
   *
   * @param pid of this process
   */
  static Optional<Duration> of(Map<String, String> environment, long pid) {
    String watched = environment.getOrDefault("WATCHDOG_PID", "");
    if (!watched.isEmpty() && !watched.equals(Long.toString(pid))) {
      return Optional.empty();
    }
    try {
      long micros = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
      Duration period = Duration.ofNanos(Math.multiplyExact(micros, 1_000L)).dividedBy(2);
      return Optional.of(period).filter(Duration::isPositive);
    } catch (NumberFormatException | ArithmeticException e) {
      return Optional.empty();
    }
  }
}
