package dev.ripcord.migration.file;

import dev.ripcord.migration.sql.Batch;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import java.util.List;
import java.util.OptionalInt;

/**
 * The text of a file for psql, which cuts what it reads into statements itself: it ends so that
 * what follows is not read as a part of it, and does what a run does.
 */
public final class PsqlText {
  /** What stands between two files: a session goes on in psql, and a file begins in a new one. */
  public static final String BETWEEN = "DISCARD ALL;";

  private PsqlText() {}

  /** The text of a file that has no flaws. */
  public static String of(SourceFile file) {
    Script script = file.script();
    OptionalInt size = Batch.size(script);
    StringBuilder text = new StringBuilder(encoding(script));
    int at = 0;
    for (Statement statement : script.work()) {
      text.append(script.text(), at, statement.offset());
      at = statement.offset() + statement.text().length();
      text.append(size.isPresent() ? batches(statement, size.getAsInt()) : statement.text());
    }
    String rest = script.text().substring(at);
    text.append(rest);
    return text.toString().strip() + ending(script.work(), rest);
  }

  /** The output is UTF-8, whatever psql takes it for. */
  private static String encoding(Script script) {
    return script.text().chars().allMatch(c -> c < 0x80) ? "" : "SET client_encoding = 'UTF8';\n";
  }

  /** In a line of its own, since the file may end with a comment. */
  private static String ending(List<Statement> work, String rest) {
    if (work.isEmpty()) {
      return "";
    }
    Statement last = work.getLast();
    if (last.copiesFromInput()) {
      return rest.lines().anyMatch(line -> line.strip().equals("\\.")) ? "" : "\n\\.";
    }
    return last.text().endsWith(";") ? "" : "\n;";
  }

  /** A statement with its own {@code :batch} is run until it changes no row. */
  private static String batches(Statement statement, int size) {
    return Batch.of(statement, size)
        .filter(batch -> !batch.counted())
        .map(batch -> loop(batch.sql()))
        .orElse(statement.text());
  }

  private static String loop(String sql) {
    String tag = "ripcord";
    while (sql.contains("$" + tag)) {
      tag += "_";
    }
    return """
    DO $%1$s_loop$
    DECLARE changed bigint;
    BEGIN
      LOOP
        EXECUTE $%1$s$
    %2$s
    $%1$s$;
        GET DIAGNOSTICS changed = ROW_COUNT;
        EXIT WHEN changed = 0;
        COMMIT;
      END LOOP;
    END $%1$s_loop$;\
    """
        .formatted(tag, sql);
  }
}
