package dev.ripcord.postgres;

import dev.ripcord.migration.sql.Quoting;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A statement with its values that can stand in a text beside others: the server has it prepared
 * under a name.
 *
 * @param name the name
 * @param sql the statement, its parameters as {@code $1}
 * @param values texts, whole numbers, truth values and nulls
 */
public record PreparedCommand(String name, String sql, List<@Nullable Object> values) {
  /** How the names of all of them begin. */
  static final String PREFIX = "ripcord_";

  /** Sends it by itself, without a wait. */
  public Future<RowSet<Row>> send(MigrationSession session) {
    return session.sendPrepared(sql, values.toArray());
  }

  /** Prepares it for the rest of a session. */
  String preparing() {
    return "PREPARE " + name + " AS " + sql;
  }

  /** Runs it. */
  public String text() {
    return values.stream()
        .map(value -> value instanceof String text ? Quoting.text(text) : String.valueOf(value))
        .collect(Collectors.joining(", ", "EXECUTE " + name + " (", ")"));
  }
}
