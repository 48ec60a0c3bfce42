package dev.ripcord.postgres.migrate.salvage;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.postgres.MigrationSession;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.function.Supplier;

/**
 * Values as text that stands for one value, and for all of it: by what a role or a database sets, a
 * date may be written such that another session reads another day, and a number without its last
 * digits. For the transaction that is open on its session; what fails in between leaves the
 * settings to its rollback.
 */
final class ExactText {
  private static final List<String> SETTINGS =
      List.of("DateStyle", "IntervalStyle", "extra_float_digits");
  private static final String USUAL =
      "SELECT current_setting($1), current_setting($2), current_setting($3)";
  private static final List<String> EXACT = List.of("ISO, YMD", "postgres", "3");

  private ExactText() {}

  /** Does what writes, reads or compares values as text. */
  static <T> T within(MigrationSession session, Supplier<T> work) {
    Row usual = session.ask(USUAL, SETTINGS.toArray()).getFirst();
    set(session, EXACT);
    T done = work.get();
    set(session, List.of(usual.getString(0), usual.getString(1), usual.getString(2)));
    return done;
  }

  private static void set(MigrationSession session, List<String> values) {
    StringBuilder sql = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      sql.append("SET LOCAL %s = %s; ".formatted(SETTINGS.get(i), Quoting.text(values.get(i))));
    }
    session.run(sql.toString());
  }
}
