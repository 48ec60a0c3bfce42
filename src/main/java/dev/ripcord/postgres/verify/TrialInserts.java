package dev.ripcord.postgres.verify;

import dev.ripcord.migration.proof.CatalogObject;
import dev.ripcord.migration.proof.Shape;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.ServerMessage;
import dev.ripcord.postgres.shadow.ShadowScript;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An insert into each table as old code would do it next, found by trying, so that after the down
 * the same insert can be tried again.
 */
final class TrialInserts {
  private final Map<String, String> statements = new LinkedHashMap<>();

  /** Finds them; the session is in a transaction that will be rolled back. */
  TrialInserts(MigrationSession session, Shape shape) {
    ShadowScript.reset(session);
    for (Shape.Table table : shape.tables()) {
      session.run("SAVEPOINT next");
      Optional<String> found = new RowGenerator(session, shape).insert(table, Map.of(), false);
      session.run("ROLLBACK TO SAVEPOINT next");
      // Only one that needs no other row that was made on the way.
      found
          .filter(sql -> RowGenerator.attempt(session, sql) == 1)
          .ifPresent(sql -> statements.put(table.name(), sql));
      session.run("ROLLBACK TO SAVEPOINT next");
    }
  }

  /** Tries them again, and says which are refused now; leaves nothing behind. */
  List<String> refused(MigrationSession session) {
    ShadowScript.reset(session);
    List<String> refused = new ArrayList<>();
    statements.forEach(
        (table, sql) -> {
          session.run("SAVEPOINT next");
          try {
            session.run(sql);
          } catch (PgException failure) {
            refused.add(
                "the next insert into "
                    + CatalogObject.shown(table)
                    + " fails: "
                    + ServerMessage.withoutRows(failure));
          }
          session.run("ROLLBACK TO SAVEPOINT next");
        });
    return refused;
  }
}
