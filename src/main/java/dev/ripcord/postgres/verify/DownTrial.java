package dev.ripcord.postgres.verify;

import dev.ripcord.migration.proof.CatalogObject;
import dev.ripcord.migration.proof.Difference;
import dev.ripcord.migration.proof.Fingerprint;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.sql.StatementScope;
import dev.ripcord.migration.statement.Action;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.undo.DownDraft;
import dev.ripcord.migration.undo.InverseStep;
import dev.ripcord.migration.undo.Undo;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.ServerMessage;
import dev.ripcord.postgres.StatementFailure;
import dev.ripcord.postgres.catalog.FingerprintReader;
import dev.ripcord.postgres.catalog.ObjectNames;
import dev.ripcord.postgres.shadow.ForeignAccess;
import dev.ripcord.postgres.shadow.ShadowScript;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an up on a shadow, statement by statement, and tries after each one what reverts it. What
 * works is kept; what is not as before then cannot be undone. Used once.
 */
final class DownTrial {
  private static final Logger LOG = LoggerFactory.getLogger(DownTrial.class);
  private static final int ROUNDS_MAX = 4;

  private final MigrationSession session;
  private final ShadowScript up;
  private final Function<Statement, List<SqlOperation>> reader;
  private ObjectNames start = new ObjectNames(Map.of());
  private Fingerprint first = Fingerprint.of(List.of());
  private boolean trying;

  DownTrial(
      MigrationSession session, ShadowScript up, Function<Statement, List<SqlOperation>> reader) {
    this.session = session;
    this.up = up;
    this.reader = reader;
  }

  /**
   * A database at one moment.
   *
   * @param fingerprint the catalog
   * @param names what the numbers in it are called
   */
  private record Look(Fingerprint fingerprint, ObjectNames names) {}

  /** Fails with a {@link StatementFailure} where the up does. */
  List<DownDraft.Part> run() {
    List<DownDraft.Part> parts = new ArrayList<>();
    ShadowScript.reset(session);
    if (!up.alone()) {
      session.run("BEGIN");
    }
    Look before = look();
    start = before.names();
    first = before.fingerprint();
    List<Statement> work = up.source().script().work();
    for (Statement statement : up.alone() ? work : ShadowScript.inTrial(work)) {
      if (StatementScope.beyondDatabase(statement).isPresent()) {
        parts.add(part(statement, List.of(), List.of("it reaches beyond one database")));
        continue;
      }
      send(statement);
      Look after = look();
      parts.add(back(statement, before, after));
      before = after;
    }
    if (!up.alone()) {
      session.run("COMMIT");
    }
    return parts;
  }

  private static DownDraft.Part part(Statement statement, List<String> sql, List<String> cannot) {
    return new DownDraft.Part(statement, sql, cannot, List.of());
  }

  private void send(Statement statement) {
    try {
      session.run(statement.text());
      if (StatementScope.mayReachServers(statement)) {
        session.run(ForeignAccess.CUT);
      }
    } catch (PgException failure) {
      throw new StatementFailure(up.source(), statement, failure, "");
    }
  }

  /** Reads without leaving a trace, not even in the settings of the session. */
  private Look look() {
    session.run(up.alone() && !trying ? "BEGIN" : "SAVEPOINT ripcord_look");
    session.run("RESET SESSION AUTHORIZATION; RESET ROLE");
    Look look = new Look(new FingerprintReader(session).fingerprint(), ObjectNames.read(session));
    session.run(
        up.alone() && !trying
            ? "ROLLBACK"
            : "ROLLBACK TO SAVEPOINT ripcord_look; RELEASE SAVEPOINT ripcord_look");
    return look;
  }

  private DownDraft.Part back(Statement statement, Look before, Look after) {
    List<SqlOperation> deeds = reader.apply(statement);
    List<String> cannot = new ArrayList<>(before.names().lost(after.names(), start));
    cannot.removeAll(computed(before.fingerprint()));
    cannot.addAll(changedRows(statement, deeds));
    session.run(up.alone() ? "BEGIN" : "SAVEPOINT ripcord_back");
    trying = true;
    session.run(MigrationSession.RESET + "; SET CONSTRAINTS ALL IMMEDIATE");
    List<String> done = new ArrayList<>();
    before.names().givenBack(after.names()).forEach(sql -> attempt(List.of(sql), done));
    Look now = done.isEmpty() ? after : look();
    Undo undo = new Undo(before.fingerprint());
    for (int round = 0; round < ROUNDS_MAX; round++) {
      int already = done.size();
      now = phase(undo.removals(now.fingerprint()), done, now);
      now = phase(undo.restorals(now.fingerprint()), done, now);
      now = phase(undo.retypings(now.fingerprint()), done, now);
      now = phase(undo.changes(now.fingerprint()), done, now);
      if (done.size() == already) {
        break;
      }
    }
    trying = false;
    session.run(
        up.alone()
            ? "ROLLBACK"
            : "ROLLBACK TO SAVEPOINT ripcord_back; RELEASE SAVEPOINT ripcord_back");
    List<String> notes = new ArrayList<>();
    for (Difference each : before.fingerprint().against(now.fingerprint())) {
      if (wasThere(each)) {
        (each.sort() == Difference.Sort.ORDER ? notes : cannot).add(describe(each));
      }
    }
    return new DownDraft.Part(statement, concurrently(deeds, done), cannot, notes);
  }

  /** What is lost of generated columns is computed again. */
  private static List<String> computed(Fingerprint before) {
    return before.things().entrySet().stream()
        .filter(each -> !each.getValue().getOrDefault("attgenerated", "").isEmpty())
        .map(each -> "the values of " + CatalogObject.shown(each.getKey().name()))
        .toList();
  }

  /** What came with this migration goes with it, whatever becomes of it in between. */
  private boolean wasThere(Difference each) {
    CatalogObject thing = each.thing();
    return each.sort() == Difference.Sort.EXTRA
        || first.things().containsKey(thing)
        || first.things().keySet().stream().anyMatch(it -> it.name().equals(thing.of()));
  }

  private static String describe(Difference each) {
    return each.aspect().equals("labels")
        ? each.text() + " (PostgreSQL cannot take a value of an enumeration away)"
        : each.text();
  }

  /** Tries everything until nothing more works, so that the order need not be known. */
  private Look phase(List<InverseStep> undoings, List<String> done, Look now) {
    List<InverseStep> left = new ArrayList<>(undoings);
    int before = done.size();
    boolean goesOn = true;
    while (goesOn && !left.isEmpty()) {
      goesOn = left.removeIf(each -> each.ways().stream().anyMatch(way -> attempt(way, done)));
    }
    return done.size() > before ? look() : now;
  }

  private boolean attempt(List<String> statements, List<String> done) {
    if (new HashSet<>(done).containsAll(statements)) {
      return true;
    }
    session.run("SAVEPOINT ripcord_try");
    try {
      statements.forEach(session::run);
      session.run("RELEASE SAVEPOINT ripcord_try");
      done.addAll(statements);
      return true;
    } catch (PgException refused) {
      LOG.debug("{}: {}", statements, ServerMessage.withoutRows(refused));
      session.run("ROLLBACK TO SAVEPOINT ripcord_try; RELEASE SAVEPOINT ripcord_try");
      return false;
    }
  }

  /** Rows that a table has only since this migration go with the table. */
  private List<String> changedRows(Statement statement, List<SqlOperation> deeds) {
    List<String> cannot = new ArrayList<>();
    boolean own = !deeds.isEmpty() && deeds.stream().allMatch(this::concernsNewTables);
    if (StatementScope.mayChangeRows(statement) && !own) {
      cannot.add("rows that this statement has changed, or may have");
    }
    for (SqlOperation deed : deeds) {
      if (deed instanceof SqlOperation.AlterTable alter) {
        alter.actions().stream()
            .filter(each -> each instanceof Action.ChangeType change && change.computed())
            .forEach(
                each -> cannot.add("values of " + alter.name() + " before USING changed them"));
      }
    }
    return cannot;
  }

  private boolean concernsNewTables(SqlOperation deed) {
    return switch (deed) {
      case SqlOperation.Write write -> !start.hasTable(write.table().name());
      case SqlOperation.Query query -> query.functions().isEmpty();
      case SqlOperation.Refresh ignored -> true; // its rows follow from those of tables
      default -> false;
    };
  }

  /** An index that came or went without a long lock goes or comes so too. */
  private static List<String> concurrently(List<SqlOperation> deeds, List<String> statements) {
    boolean concurrent =
        deeds.stream()
            .anyMatch(
                deed ->
                    (deed instanceof SqlOperation.CreateIndex made && made.concurrently())
                        || (deed instanceof SqlOperation.Drop drop && drop.concurrently()));
    return concurrent
        ? statements.stream()
            .map(
                sql ->
                    sql.replaceFirst("^((?:CREATE (?:UNIQUE )?|DROP )INDEX) ", "$1 CONCURRENTLY "))
            .toList()
        : statements;
  }
}
