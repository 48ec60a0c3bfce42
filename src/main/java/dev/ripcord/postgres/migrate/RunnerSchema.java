package dev.ripcord.postgres.migrate;

import dev.ripcord.migration.History;
import dev.ripcord.migration.proof.Difference;
import dev.ripcord.postgres.ServerMessage;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.history.SchemaRecords;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.migrate.execution.RunContext;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Looks at the whole schema once before a run and once after it: whether somebody has changed it by
 * hand since it was recorded, and whether a down has led to where it came from. What is found is
 * told and written to the audit; it stops nothing.
 */
final class RunnerSchema {
  private static final int TOLD_MAX = 20;
  private static final String UNREAD =
      "the schema could not be compared with what is on record, so it is not known whether it is"
          + " the same: ";
  private static final String UNFINISHED = "SELECT FROM $schema.migration_progress LIMIT 1";
  private static final String AUDIT =
      """
      INSERT INTO $schema.migration_audit (migration_version, executed_by, execution_time_ms, success,
        error_message, rollback_executed, name, direction, release, detail)
      VALUES ($1, $2, 0, $3, $4, false, 'schema', 'schema', $5, $6)
      """;

  private final RunContext context;
  private final RunMetadata note;
  private final boolean up;
  private final Optional<PlannedComparison> planned;
  private final SchemaRecords records;

  /**
   * For one run.
   *
   * @param planned has planned what is asked after a down
   */
  RunnerSchema(RunContext context, RunDirection<?> way, Optional<PlannedComparison> planned) {
    this.context = context;
    this.note = way.note();
    this.up = way.direction().equals("up");
    this.planned = planned;
    this.records =
        planned
            .map(PlannedComparison::records)
            .orElseGet(() -> new SchemaRecords(context.tables()));
  }

  /** Before an up: what was changed by hand. From here on the schema as it is counts. */
  List<String> before(History history) {
    return up
        ? look(
            history,
            true,
            isUnfinished()
                ? "the schema is not as it was recorded at version %s; a run that broke off outside"
                    + " a transaction has changed it since, or somebody by hand"
                : "the schema is not as it was recorded at version %s; it was changed since, not by"
                    + " Ripcord")
        : List.of();
  }

  /** What such a run has done so far is in no record. */
  private boolean isUnfinished() {
    return !context.lockSession().ask(context.tables().sql(UNFINISHED)).isEmpty();
  }

  /**
   * After a run that ended well. After an up what is there now is recorded; after a down it is
   * compared with what was there when the database stood there before.
   */
  List<String> after(MigrationOutcome outcome, Supplier<Future<History>> history) {
    if (!(outcome instanceof MigrationOutcome.Done) || !context.lockSession().isOpen()) {
      return List.of();
    }
    try {
      History now = history.get().await();
      return up
          ? look(now, true, "")
          : look(
              now,
              false,
              "the schema is not as it was when the database stood at version %s before");
    } catch (VertxException lost) {
      return List.of(UNREAD + "the connection was lost");
    }
  }

  private List<String> look(History history, boolean overwrite, String words) {
    String version = SchemaRecords.version(history);
    try {
      List<Difference> differences =
          records
              .look(
                  planned.flatMap(PlannedComparison::session).orElseGet(context::lockSession),
                  history,
                  overwrite)
              .differences();
      if (differences.isEmpty() || words.isEmpty()) {
        return List.of();
      }
      String summary = words.formatted(version);
      List<String> listed = listed(differences, overwrite ? Difference::since : Difference::text);
      audit(version, summary, listed);
      return List.of(summary + ":\n" + String.join("\n", listed));
    } catch (PgException failure) {
      return List.of(UNREAD + ServerMessage.withoutRows(failure));
    } catch (VertxException lost) {
      return List.of(UNREAD + "the connection was lost");
    }
  }

  private static List<String> listed(
      List<Difference> differences, Function<Difference, String> words) {
    int more = differences.size() - TOLD_MAX;
    Stream<String> shown = differences.stream().limit(TOLD_MAX).map(words);
    return Stream.concat(shown, more > 0 ? Stream.of("and " + more + " more") : Stream.empty())
        .toList();
  }

  private void audit(String version, String summary, List<String> listed) {
    var _ =
        context
            .lockSession()
            .change(
                context.tables().sql(AUDIT),
                version.equals(SchemaRecords.BASE) ? "0" : version,
                note.by(),
                false,
                summary,
                note.release().orElse(null),
                String.join("; ", listed));
  }
}
