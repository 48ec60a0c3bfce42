package dev.ripcord.postgres.migrate.salvage;

import dev.ripcord.postgres.MigrationSession;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.function.Supplier;

/**
 * The team's triggers of a table, which do not fire while rows are brought back: they would write
 * over what is brought back (the moment of the last change), or do once more what they did for the
 * same row before. Constraint triggers fire; they only check. For the transaction that is open on
 * its session; what fails in between leaves the triggers to its rollback.
 */
final class QuietTriggers {
  private static final String FIRING =
      """
      SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', t.tgrelid::regclass, t.tgname) AS quiet,
        format('ALTER TABLE %s ENABLE %sTRIGGER %I', t.tgrelid::regclass,
          CASE t.tgenabled WHEN 'A' THEN 'ALWAYS ' ELSE '' END, t.tgname) AS usual
      FROM pg_trigger t
      WHERE t.tgrelid = $1::bigint::oid AND NOT t.tgisinternal AND t.tgconstraint = 0
        AND t.tgenabled IN ('O', 'A') AND t.tgtype & $2::int <> 0
      """;

  private QuietTriggers() {}

  /** What rows are brought back by, as {@code pg_trigger.tgtype} has it. */
  enum Writing {
    INSERT(4),
    UPDATE(16);

    private final int bit;

    Writing(int bit) {
      this.bit = bit;
    }
  }

  /** Writes rows of a table; others wait with writing where it has such triggers. */
  static <T> T within(MigrationSession session, long table, Writing writing, Supplier<T> work) {
    List<Row> firing = session.ask(FIRING, table, writing.bit);
    firing.forEach(each -> session.run(each.getString("quiet")));
    T done = work.get();
    if (!firing.isEmpty()) {
      session.run("SET CONSTRAINTS ALL IMMEDIATE"); // What is not checked yet stands in the way.
      firing.forEach(each -> session.run(each.getString("usual")));
    }
    return done;
  }
}
