package dev.ripcord.postgres.migrate.lock;

import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.ServerMessage;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.history.RunMetadata;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one run has met of locks: who was in the way, how often it began again, and whom it has
 * cancelled where it is told to. Thread-safe: it is told from an event loop and asked by the thread
 * of the run, which alone may {@link #clear}.
 */
public final class LockWaits {
  private static final Logger LOG = LoggerFactory.getLogger("migrations");

  /** Somebody new may have come into the way meanwhile; not for ever. */
  private static final int CLEARINGS_MAX = 3;

  private static final String AUDIT =
      """
      INSERT INTO $schema.migration_audit (migration_version, executed_by, execution_time_ms, success,
        error_message, rollback_executed, name, direction, release)
      VALUES ('0', $1, 0, true, $2, false, 'lock', 'cancel', $3)
      """;

  /** Only the same session in the same transaction, which has the lock until that ends. */
  private static final String SIGNAL =
      """
      SELECT $signal(pid) FROM pg_stat_activity
      WHERE pid = $1 AND backend_start = $2 AND xact_start = $3 AND state $state
      """;

  private static final String ROLE = "SELECT quote_ident(current_user)";

  private final MigrationTables tables;
  private final MigrationSetup.Blockers act;
  private final RunMetadata note;
  private final Set<String> deeds = new LinkedHashSet<>();
  private List<Blocker> seen = List.of();
  private String met = "";
  private int attempts = 1;
  private int clearings;

  /**
   * Nothing met yet.
   *
   * @param act what is done with who is in the way
   * @param note who runs it, for the audit
   */
  public LockWaits(MigrationTables tables, MigrationSetup.Blockers act, RunMetadata note) {
    this.tables = tables;
    this.act = act;
    this.note = note;
  }

  /** A new attempt begins: nobody is in its way yet. */
  public synchronized void begin() {
    seen = List.of();
  }

  /** Who is in the way just now. */
  public synchronized void see(List<Blocker> blockers) {
    seen = List.copyOf(blockers);
  }

  /** Who was in the way of the last attempt when it was asked last. */
  public synchronized List<Blocker> seen() {
    return seen;
  }

  /** Notes that all was undone and is tried again. */
  public synchronized void again(int attempt) {
    attempts = attempt;
    met = seen.isEmpty() ? met : Blocker.shown(seen);
  }

  /** Whom it has cancelled or left alone, for people. */
  public synchronized List<String> deeds() {
    return List.copyOf(deeds);
  }

  /** What there is to say when a migration is done, for people; the next one begins anew. */
  public synchronized List<String> take() {
    List<String> all = new ArrayList<>();
    if (attempts > 1) {
      all.add(
          "done at attempt "
              + attempts
              + (met.isEmpty() ? "" : "; in the way of an earlier one was " + met));
    }
    all.addAll(deeds);
    deeds.clear();
    attempts = 1;
    met = "";
    clearings = 0;
    return all;
  }

  /**
   * Cancels who is in the way, where that is configured, each written to the audit before. Waits
   * for the server.
   *
   * @param asking a session in no transaction
   * @param prove proves the right to act, before each; fails where it is lost
   * @return whether somebody was cancelled, so that another attempt is worth it
   */
  public boolean clear(MigrationSession asking, Runnable prove) {
    List<Blocker> direct = seen().stream().filter(each -> each.depth() == 1).toList();
    if (act == MigrationSetup.Blockers.SHOW || !isWorthClearing()) {
      return false;
    }
    List<Blocker> chosen = new ArrayList<>();
    for (Blocker blocker : direct) {
      Optional<String> spared = spared(blocker);
      if (spared.isPresent()) {
        say(blocker.name() + " is in the way and is not cancelled: " + spared.get());
      } else {
        chosen.add(blocker);
      }
    }
    boolean any = false;
    for (Blocker blocker : chosen) {
      prove.run();
      any |= isEnded(asking, blocker);
    }
    return any;
  }

  private synchronized boolean isWorthClearing() {
    return clearings++ < CLEARINGS_MAX;
  }

  /** Why one is left alone. */
  private Optional<String> spared(Blocker blocker) {
    if (blocker.kind() != Blocker.Kind.CLIENT) {
      return Optional.of(blocker.kind().why());
    }
    if (blocker.identity().isEmpty()) {
      return Optional.of("when its transaction began is hidden from this role");
    }
    return blocker.isIdle() && act != MigrationSetup.Blockers.TERMINATE
        ? Optional.of(
            "it runs nothing that could be cancelled, only migrations.lock.blockers: terminate ends"
                + " its session")
        : Optional.empty();
  }

  private boolean isEnded(MigrationSession asking, Blocker blocker) {
    boolean idle = blocker.isIdle();
    String deed = idle ? "end the session of " : "cancel the statement of ";
    String what =
        deed
            + Blocker.shown(List.of(blocker))
            + " (session since "
            + blocker.identity().orElseThrow().sessionStart()
            + ")";
    try {
      var _ = asking.change(tables.sql(AUDIT), note.by(), what, note.release().orElse(null));
    } catch (VertxException unwritten) {
      say(
          blocker.name()
              + " is in the way and is not cancelled, since that cannot be written to the audit: "
              + unwritten.getMessage());
      return false;
    }
    LOG.warn("a migration waits in vain for a lock, so Ripcord is about to {}", what);
    try {
      Blocker.Identity identity = blocker.identity().orElseThrow();
      boolean ended =
          asking
              .ask(
                  SIGNAL
                      .replace("$signal", idle ? "pg_terminate_backend" : "pg_cancel_backend")
                      .replace("$state", idle ? "LIKE 'idle in%'" : "= 'active'"),
                  blocker.pid(),
                  identity.sessionStart(),
                  identity.transactionStart())
              .stream()
              .anyMatch(row -> row.getBoolean(0));
      say(
          ended
              ? (idle ? "ended the session of " : "cancelled the statement of ") + blocker.name()
              : blocker.name()
                  + " was in the way, and was not any more when it was to be cancelled");
      return true;
    } catch (PgException refused) {
      say(
          "%s is in the way and may not be cancelled (%s): GRANT pg_signal_backend TO %s"
              .formatted(
                  blocker.name(),
                  ServerMessage.withoutRows(refused),
                  asking.ask(ROLE).getFirst().getString(0)));
      return false;
    }
  }

  private synchronized void say(String line) {
    LOG.warn("{}", line);
    deeds.add(line);
  }
}
