package dev.ripcord.port;

import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Printable;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something that people must be told.
 *
 * @param key stable over retries and restarts: the same happening has the same key
 * @param kind what happened
 * @param service to which service
 * @param release to which release; empty when none is watched
 * @param title the first line, answers the question
 * @param lines the evidence, what is being done, what to do next
 */
public record Alert(
    String key,
    Kind kind,
    ServiceName service,
    String release,
    String title,
    List<String> lines,
    Instant at) {
  /** What happened. */
  public enum Kind {
    /** A release is watched that could not be rolled back. */
    NO_WAY_BACK(Severity.WARNING),
    /** The threshold is exceeded for the first time in a row. */
    BREACH(Severity.WARNING),
    /** The breaches ended before they condemned. */
    RECOVERED(Severity.GOOD),
    /** A limit that may only alert is exceeded for long enough. */
    LIMIT(Severity.WARNING),
    /** Nothing can be measured. */
    BLIND(Severity.WARNING),
    /** It can be measured again. */
    SEES_AGAIN(Severity.GOOD),
    /** A rollback waits for a person's approval. */
    ASK(Severity.CRITICAL),
    /** Condemned; acting is switched off. */
    CONDEMNED(Severity.CRITICAL),
    /** A rollback runs. */
    ROLLBACK(Severity.CRITICAL),
    /** A rollback waits for something that does not answer. */
    WAITING(Severity.CRITICAL),
    /** A down migration failed. */
    MIGRATION_FAILED(Severity.CRITICAL),
    /** Rolled back and healthy again. */
    ROLLED_BACK(Severity.GOOD),
    /** Rolled back and still unhealthy. */
    UNHEALTHY(Severity.CRITICAL),
    /** A rollback failed or was refused. */
    FAILED(Severity.CRITICAL),
    /** The bake time ended without enough evidence. */
    INCONCLUSIVE(Severity.WARNING),
    /** The errors that the objective allows are spent too fast. */
    BUDGET(Severity.WARNING),
    /** They are not any more. */
    BUDGET_KEPT(Severity.GOOD),
    /** A release is under watch from now on; for channels that keep a list of changes. */
    RELEASED(Severity.GOOD),
    /** A watch has ended, however it did; for channels that keep a record of each. */
    ENDED(Severity.GOOD),
    /** Nothing happened: somebody tries whether a channel works. */
    TEST(Severity.GOOD);

    private final Severity severity;

    Kind(Severity severity) {
      this.severity = severity;
    }

    /** How bad it is. */
    public Severity severity() {
      return severity;
    }

    /** Whether it says something that holds until it is taken back. */
    public boolean fires() {
      return severity != Severity.GOOD;
    }

    /** All that fire, in order. */
    public static Set<Kind> firing() {
      return matching(Severity.WARNING, Severity.CRITICAL);
    }

    private static Set<Kind> matching(Severity... severities) {
      Set<Kind> kinds = EnumSet.noneOf(Kind.class);
      Arrays.stream(values())
          .filter(kind -> List.of(severities).contains(kind.severity))
          .forEach(kinds::add);
      return Collections.unmodifiableSet(kinds);
    }

    /**
     * Whether it is delivered before others: a person is needed, or a rollback begins or ends,
     * which nobody should hear of after two hundred warnings.
     */
    public boolean isUrgent() {
      return severity == Severity.CRITICAL || this == ROLLED_BACK;
    }

    /** As JSON spells it: {@code migration-failed}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** How bad it is. */
  public enum Severity {
    /** Good news. */
    GOOD,
    /** Worth a look. */
    WARNING,
    /** A person should look now. */
    CRITICAL
  }

  /** What a service says that is well again; its error budget has an end of its own. */
  private static final Set<Kind> ALL_BUT_THE_BUDGET =
      without(Kind.firing(), EnumSet.of(Kind.BUDGET));

  /** What holds only while a release is under watch. */
  private static final Set<Kind> OF_A_WATCH =
      Collections.unmodifiableSet(
          EnumSet.of(Kind.NO_WAY_BACK, Kind.BREACH, Kind.LIMIT, Kind.BLIND, Kind.ASK));

  /** What holds only until a rollback has ended, however it has. */
  private static final Set<Kind> OF_A_ROLLBACK =
      without(
          Kind.firing(),
          EnumSet.of(
              Kind.CONDEMNED,
              Kind.MIGRATION_FAILED,
              Kind.UNHEALTHY,
              Kind.FAILED,
              Kind.INCONCLUSIVE,
              Kind.BUDGET));

  private static final Pattern WATCH = Pattern.compile("watch-(\\d{1,18})/.*");

  private static Set<Kind> without(Set<Kind> all, Set<Kind> left) {
    EnumSet<Kind> rest = EnumSet.copyOf(all);
    rest.removeAll(left);
    return Collections.unmodifiableSet(rest);
  }

  /** That a release is under watch from now on. */
  public static Alert released(long watch, WatchSpec charter) {
    Release release = charter.release();
    String image = release.image().map(ImageRef::text).orElse("an image that is not known");
    String before =
        release.previousImage().map(previous -> ", before it " + previous.text()).orElse("");
    return new Alert(
        "watch-" + watch + "/released",
        Kind.RELEASED,
        release.service(),
        release.name(),
        release.service() + " " + release.shownName() + ": released",
        List.of(
            "Image "
                + image
                + before
                + ". Under watch for "
                + charter.bake().toSeconds()
                + " s from now on."),
        charter.startedAt());
  }

  /** That a watch has ended; what there is to say of it stands in the journal. */
  public static Alert ended(
      long watch, ServiceName service, String release, Outcome outcome, Instant at) {
    return new Alert(
        "watch-" + watch + "/ended",
        Kind.ENDED,
        service,
        release,
        service + " " + release + ": " + outcome.text(),
        List.of(),
        at);
  }

  /** That what was said of a release holds no longer since a watch has ended well. */
  public static Alert proved(long watch, ServiceName service, String release, Instant at) {
    return new Alert(
        "watch-" + watch + "/proved",
        Kind.RECOVERED,
        service,
        release,
        service + " " + release + ": proved healthy",
        List.of("You need to do nothing."),
        at);
  }

  /** The watch that it is about; empty where it is about none. */
  public OptionalLong watch() {
    Matcher matcher = WATCH.matcher(key);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /** The same of another release of the service, under a key of its own. */
  public Alert of(String other) {
    return other.equals(release)
        ? this
        : new Alert(key + "/of/" + other, kind, service, other, title, lines, at);
  }

  /** Which kinds hold no longer for the service once this is said. */
  public Set<Kind> ends() {
    return switch (kind) {
      case RECOVERED -> release.isEmpty() ? ALL_BUT_THE_BUDGET : EnumSet.of(Kind.BREACH);
      case SEES_AGAIN -> EnumSet.of(Kind.BLIND);
      case BUDGET_KEPT -> EnumSet.of(Kind.BUDGET);
      case ROLLBACK -> EnumSet.of(Kind.ASK, Kind.CONDEMNED, Kind.INCONCLUSIVE);
      case CONDEMNED, INCONCLUSIVE -> OF_A_WATCH;
      case UNHEALTHY, FAILED -> OF_A_ROLLBACK;
      case ROLLED_BACK -> ALL_BUT_THE_BUDGET;
      case RELEASED -> EnumSet.of(Kind.INCONCLUSIVE);
      case NO_WAY_BACK, BREACH, LIMIT, BLIND, ASK, WAITING, MIGRATION_FAILED, BUDGET, ENDED, TEST ->
          Set.of();
    };
  }

  /** Which kinds hold no longer for a service when a watch has ended; alerts say the rest. */
  public static Set<Kind> endedBy(Outcome outcome) {
    return switch (outcome) {
      case HEALTHY -> ALL_BUT_THE_BUDGET;
      case ABORTED, SUPERSEDED, INCONCLUSIVE, CONDEMNED -> OF_A_WATCH;
      case ROLLED_BACK, ROLLED_BACK_UNHEALTHY, FAILED -> OF_A_ROLLBACK;
    };
  }

  /** Shows control characters in the title and the lines as escapes; a line may have several. */
  public Alert {
    title = Printable.of(title);
    lines = lines.stream().map(Printable::lines).toList();
  }
}
