package dev.ripcord.watch;

import dev.ripcord.health.Breaches;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Measure;
import dev.ripcord.watch.WatchState.Ended;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides how a watch ends when its bake time is over.
 *
 * <p>Healthy needs evidence: as many healthy polls as breaches would have condemned, the last
 * decided one among them, not blind, and a third of the polls that the bake time has room for, so
 * that a time in which nobody looked is no proof. Breaches under way at the end are followed until
 * they condemn or pass, for a few polls more.
 */
final class BakeEnd {
  /** One poll in so many must have been made. */
  private static final int SHARE = 3;

  private final WatchSpec charter;
  private final Breaches breaches;

  BakeEnd(WatchSpec charter) {
    this.charter = charter;
    this.breaches = charter.rules().breaches();
  }

  /** When the bake time is over, with what a pause has added. */
  Instant ends(WatchStats tally) {
    return charter.bakeEnds().plus(tally.paused());
  }

  /** The end, where it has come. */
  Optional<Ended> settle(WatchStats tally, Instant now) {
    Instant ends = ends(tally);
    if (now.isBefore(ends)) {
      return Optional.empty();
    }
    boolean open = isOpen(tally);
    Duration more = charter.interval().multipliedBy(breaches.of() + (long) WatchStats.BLIND_AFTER);
    if (open && now.isBefore(ends.plus(more))) {
      return Optional.empty();
    }
    String healthy =
        tally.warned() == 0
            ? tally.healthy() + " of " + tally.polls() + " polls healthy"
            : "error rate below the threshold in " + share(tally) + ", " + warned(tally);
    if (!open
        && tally.healthy() >= breaches.needed()
        && tally.polls() >= least()
        && !tally.isBlind()) {
      return Optional.of(new Ended(tally, Outcome.HEALTHY, healthy));
    }
    return Optional.of(
        new Ended(tally, Outcome.INCONCLUSIVE, "not enough evidence: " + why(tally, open)));
  }

  private static String share(WatchStats tally) {
    return tally.healthy() + " of " + tally.polls() + " polls";
  }

  private static String warned(WatchStats tally) {
    return tally.warned() + (tally.warned() == 1 ? " was a warning" : " were warnings");
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }

  /** Whether breaches of the error rate are under way, or of another measure that may act. */
  private boolean isOpen(WatchStats tally) {
    for (Measure measure : Measure.values()) {
      boolean acts =
          measure == Measure.ERROR_RATE
              || charter.rules().act(measure).compareTo(Escalation.ASK) >= 0;
      if (acts && tally.isRunning(measure)) {
        return true;
      }
    }
    return false;
  }

  /** How many polls there must be at least. */
  private long least() {
    Duration judged = charter.bake().minus(charter.warmUp());
    return judged.isNegative() || charter.interval().isZero()
        ? 0
        : judged.dividedBy(charter.interval()) / SHARE;
  }

  private String why(WatchStats tally, boolean open) {
    if (tally.isBlind()) {
      return "the last " + tally.unmeasured() + " polls could not be measured";
    }
    if (open) {
      return "breaches were still under way at the end of the bake time";
    }
    if (tally.healthy() >= breaches.needed()) {
      return "only " + tally.polls() + " polls in the bake time, " + least() + " are needed";
    }
    if (tally.polls() == 0) {
      return "no poll was judged in the bake time of "
          + seconds(charter.bake())
          + ", with one each "
          + seconds(charter.interval())
          + "; "
          + breaches.needed()
          + " healthy ones are needed";
    }
    if (tally.warned() > 0) {
      return "the error rate was below the threshold in "
          + share(tally)
          + ", "
          + breaches.needed()
          + " such polls are needed; "
          + warned(tally);
    }
    return tally.healthy()
        + (tally.healthy() == 1 ? " healthy poll of " : " healthy polls of ")
        + tally.polls()
        + ", "
        + breaches.needed()
        + " are needed";
  }
}
