package dev.ripcord.postgres.migrate.lock;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A session that keeps another one from a lock. Pure.
 *
 * @param pid the server's number of it; 0 for a prepared transaction, which has no session
 * @param blocked the session that it keeps waiting
 * @param depth 1 where that is the session of the migration, 2 where it is one of depth 1, …
 * @param program its {@code application_name}
 * @param from its user, and where it is connected from
 * @param state as {@code pg_stat_activity} has it
 * @param open how long its transaction has been open
 * @param query what it runs or ran last, in one line and without values; empty where the role may
 *     not see it
 * @param relation the table or index that is waited for
 * @param identity tells it apart from a later session with the same number
 * @param kind whether it may be ended
 */
public record Blocker(
    int pid,
    int blocked,
    int depth,
    String program,
    String from,
    String state,
    Optional<Duration> open,
    Optional<String> query,
    Optional<String> relation,
    Optional<Identity> identity,
    Kind kind) {

  /**
   * One session in one transaction.
   *
   * @param sessionStart when the session began
   * @param transactionStart when its transaction began, which holds the lock until it ends
   */
  public record Identity(OffsetDateTime sessionStart, OffsetDateTime transactionStart) {}

  /** What kind of session it is. */
  public enum Kind {
    /** Of a program. */
    CLIENT(""),
    /** Ripcord's own. */
    OWN("it is Ripcord's own"),
    /** Of a superuser. */
    SUPERUSER("it is a superuser's"),
    /** Autovacuum, replication, a background worker. */
    SERVER("it is a process of the server itself, or replication"),
    /** Nothing that runs. */
    PREPARED(
        "it is a prepared transaction: see pg_prepared_xacts, and COMMIT or ROLLBACK PREPARED");

    private final String why;

    Kind(String why) {
      this.why = why;
    }

    /** Why it is left alone; empty where it need not be. */
    public String why() {
      return why;
    }
  }

  /** Whether it sits in a transaction and runs nothing. */
  public boolean isIdle() {
    return state.startsWith("idle");
  }

  /** The session, for people, without what it runs. */
  public String name() {
    if (kind == Kind.PREPARED) {
      return "a prepared transaction (see pg_prepared_xacts)";
    }
    String since = open.map(time -> ", its transaction open for " + seconds(time)).orElse("");
    return "pid %d (%s, %s; %s%s)".formatted(pid, program, state, from, since);
  }

  private static String seconds(Duration time) {
    return time.toMinutes() >= 2 ? time.toMinutes() + " min" : time.toSeconds() + " s";
  }

  private String line() {
    String chained = depth > 1 ? " keeps pid " + blocked + " waiting" : "";
    String on = relation.map(name -> " on " + name).orElse("");
    String runs =
        kind == Kind.PREPARED
            ? ""
            : ": "
                + query.orElse(
                    "what it runs is hidden from this role (GRANT pg_read_all_stats shows it)");
    return name() + chained + on + runs;
  }

  /** All of them in one line, those that are nearest first; empty for none. */
  public static String shown(List<Blocker> blockers) {
    return blockers.stream().map(Blocker::line).collect(Collectors.joining("; "));
  }

  /** The SQL by which a person ends those at the end of the chain; empty where there are none. */
  public static Optional<String> ending(List<Blocker> blockers) {
    String sql =
        blockers.stream()
            .filter(each -> each.pid() != 0)
            .filter(each -> blockers.stream().noneMatch(other -> other.blocked() == each.pid()))
            .map(
                each ->
                    "SELECT %s(%d)"
                        .formatted(
                            each.isIdle() ? "pg_terminate_backend" : "pg_cancel_backend",
                            each.pid()))
            .collect(Collectors.joining("; "));
    return Optional.of(sql).filter(text -> !text.isEmpty());
  }
}
