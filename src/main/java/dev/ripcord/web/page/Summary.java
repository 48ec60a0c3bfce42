package dev.ripcord.web.page;

import dev.ripcord.health.HealthReading;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchState.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The answer to "is anything wrong?", in one line, of all services. */
final class Summary {
  private final List<ServiceStatus> services;
  private final Optional<String> unready;

  /**
   * Of all services.
   *
   * @param unready why Ripcord itself is not ready, where it is not
   */
  Summary(List<ServiceStatus> services, Optional<String> unready) {
    this.services = services;
    this.unready = unready;
  }

  /** The line with its mark. */
  String line() {
    return mark().sign() + " " + text();
  }

  /** The same in a few words, for the browser's tab. */
  String title() {
    List<String> parts = parts();
    String first = parts.isEmpty() ? "all healthy" : parts.getFirst();
    if (unready.isPresent()) {
      return Mark.BAD.sign() + " not ready";
    }
    return mark().sign() + " " + (services.isEmpty() ? "no service" : first);
  }

  private Mark mark() {
    if (unready.isPresent()
        || of(HealthReading.Kind.BREACH) > 0
        || count(Standing::isLeftBad) > 0) {
      return Mark.BAD;
    }
    if (asking() > 0 || of(HealthReading.Kind.WARNING) > 0) {
      return rollingBack() > 0 ? Mark.BACK : Mark.WARNING;
    }
    if (rollingBack() > 0) {
      return Mark.BACK;
    }
    return services.isEmpty() || of(HealthReading.Kind.UNKNOWN) > 0 ? Mark.UNKNOWN : Mark.GOOD;
  }

  private String text() {
    if (unready.isPresent()) {
      return "Ripcord is not ready; last known: " + join(parts()) + ", of " + total();
    }
    if (services.isEmpty()) {
      return "No service is configured";
    }
    List<String> parts = parts();
    String of = total();
    return switch (mark()) {
      case GOOD ->
          "Nothing is wrong: "
              + (services.size() == 1 ? "the one service is" : "all " + of + " are")
              + " healthy"
              + (parts.isEmpty() ? "" : "; " + join(parts));
      case UNKNOWN -> "Nothing is known to be wrong: " + join(parts) + ", of " + of;
      case BAD -> "Something is wrong: " + join(parts) + ", of " + of;
      case WARNING, BACK, RUNNING -> "Look at this: " + join(parts) + ", of " + of;
    };
  }

  private String total() {
    return services.size() == 1 ? "1 service" : services.size() + " services";
  }

  /** Where something is wrong, what is not is left to the counts below the line. */
  private List<String> parts() {
    List<String> parts = new ArrayList<>();
    append(parts, asking(), "waiting for an approval");
    append(parts, of(HealthReading.Kind.BREACH), "in breach");
    append(parts, rollingBack(), "being rolled back");
    append(parts, count(Standing::isLeftBad), "condemned or not rolled back well");
    append(parts, of(HealthReading.Kind.WARNING), "with a warning");
    long unpolled = count(s -> s.reading().isEmpty() && s.heldBy().isEmpty());
    boolean isBad = mark() == Mark.BAD;
    append(parts, isBad ? 0 : of(HealthReading.Kind.UNKNOWN) - unpolled, "that cannot be judged");
    append(parts, isBad ? 0 : unpolled, "not polled yet");
    append(parts, in(Phase.PAUSED), "paused by a person");
    append(
        parts,
        isBad ? 0 : count(s -> Standing.left(s).equals(Optional.of(Outcome.ROLLED_BACK))),
        "rolled back");
    return parts;
  }

  private static void append(List<String> parts, long count, String what) {
    if (count > 0) {
      parts.add(count + " " + what);
    }
  }

  private static String join(List<String> parts) {
    return parts.isEmpty() ? "nothing wrong" : String.join(", ", parts);
  }

  private long of(HealthReading.Kind kind) {
    return count(s -> Standing.kind(s) == kind);
  }

  private long asking() {
    return count(s -> s.watch().filter(WatchStatus::asking).isPresent());
  }

  /** Without those that wait for an approval on their way: these are what somebody has to see. */
  private long rollingBack() {
    return count(
        s ->
            Standing.isIn(s, Phase.ROLLING_BACK)
                && s.watch().filter(WatchStatus::asking).isEmpty());
  }

  private long in(Phase phase) {
    return count(s -> Standing.isIn(s, phase));
  }

  private long count(Predicate<ServiceStatus> which) {
    return services.stream().filter(which).count();
  }
}
