package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.sql.TransactionOpening;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PreparedCommand;
import dev.ripcord.postgres.ScriptSource;
import dev.ripcord.postgres.StatementFailure;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A migration as one text, from BEGIN to COMMIT with its record inside.
 *
 * <p>The server runs the commands of a text one after the other and leaves out the rest at the
 * first that fails, so all of it is done or nothing, and nothing has to be waited for in between.
 * That is why one text may be sent behind another one whose end is not known yet. Where that one
 * failed inside its transaction, this one fails at its BEGIN; where it failed elsewhere, this one
 * asks for it before it does anything, and fails there.
 *
 * @param source what is run
 * @param look a command that divides by zero where the migration may not be run
 * @param record the command that writes down that it is done
 */
record MigrationScriptText(ScriptSource source, Optional<String> look, String record) {
  /** The setting that holds the number of the text that was committed last. */
  private static final String COMMITTED = "ripcord.committed";

  /** The same once what that text left in the session is taken away. */
  private static final String CLEANED = "ripcord.cleaned";

  /** Says so, behind what takes it away. */
  static final String READY =
      "SELECT pg_catalog.set_config('"
          + CLEANED
          + "', pg_catalog.current_setting('"
          + COMMITTED
          + "'), false)";

  /**
   * Divides by zero unless the text with this number is the one that was committed last, and
   * nothing of it is left in the session.
   */
  private static final String BEHIND =
      "SELECT 1 / (coalesce(nullif(current_setting('"
          + CLEANED
          + "', true), ''), '-1')::bigint = $1)::int";

  /** What a look in front of the statements answers for no; the second, where nothing was set. */
  private static final Set<String> NO = Set.of("22012", "42704");

  private static final String SYNTAX_ERROR = "42601";

  /** A text has a character that the encoding of the database has not. */
  private static final String UNTRANSLATABLE = "22P05";

  private static final String SEPARATOR = "\n;\n";

  private static final Pattern MARKED_LINE = Pattern.compile(", line (\\d+) of ");

  /** The server reads all of a text before it runs any of it. */
  private static final int LENGTH_MAX = 1 << 16;

  /** The record of an up holds its down too. */
  private static final int RECORD_MAX = 4 * LENGTH_MAX;

  /** Settings that change how the rest of a text is read, which has been read by then. */
  private static final List<String> READING =
      List.of("standard_conforming_strings", "backslash_quote", "client_encoding");

  /**
   * A migration as a text, its commands made ready in the session; nothing where it must be sent in
   * parts.
   *
   * @param record the command that writes down that it is done; nothing where it takes more
   */
  static Optional<MigrationScriptText> of(
      MigrationSession session,
      ScriptSource source,
      Optional<PreparedCommand> look,
      Optional<PreparedCommand> record) {
    if (record.isEmpty() || session.isForgetful() || !fits(source)) {
      return Optional.empty();
    }
    String written = record.get().text();
    if (written.length() > RECORD_MAX) {
      return Optional.empty();
    }
    session.name(behind(0));
    look.ifPresent(session::name);
    session.name(record.get());
    return Optional.of(new MigrationScriptText(source, look.map(PreparedCommand::text), written));
  }

  private static PreparedCommand behind(long number) {
    return new PreparedCommand("ripcord_behind", BEHIND, List.of(number));
  }

  /** Says that the text with this number is committed, unless the transaction is not. */
  static String committed(long number) {
    return "SET " + COMMITTED + " = '" + number + "'";
  }

  private static boolean fits(ScriptSource source) {
    String text = source.script().text().toLowerCase(Locale.ROOT);
    return text.length() <= LENGTH_MAX && READING.stream().noneMatch(text::contains);
  }

  /**
   * The commands to send.
   *
   * @param settings what is set inside the transaction first
   * @param number a number of its own
   * @param behind the number of what was sent before it, which must be committed
   */
  Sent sent(List<String> settings, long number, long behind) {
    List<String> commands = new ArrayList<>();
    String label = "/* " + source.label().replaceAll("[^\\w.-]", "_") + " */ ";
    commands.add(label + "BEGIN");
    commands.addAll(settings);
    Map<Integer, Statement> statements = new HashMap<>();
    List<Statement> work = source.script().work();
    List<Statement> opening = TransactionOpening.of(work);
    opening.forEach(statement -> add(statement, commands, statements));
    commands.add(behind(behind).text());
    look.ifPresent(commands::add);
    int head = commands.size();
    work.subList(opening.size(), work.size())
        .forEach(statement -> add(statement, commands, statements));
    commands.addAll(RunnerUp.SETTLED);
    commands.addAll(List.of(record, "RESET ALL", committed(number), "COMMIT"));
    return new Sent(source, commands, head, statements, number);
  }

  private void add(Statement statement, List<String> commands, Map<Integer, Statement> statements) {
    if (!statements.isEmpty()) {
      commands.add("SET LOCAL application_name = " + Quoting.text(mark(statement)));
    }
    statements.put(commands.size(), statement);
    commands.add(statement.text());
  }

  /** What tells other sessions which statement of the text is being run. */
  private String mark(Statement statement) {
    return "ripcord migrations, line " + statement.line() + " of " + source.label();
  }

  /**
   * A text on its way.
   *
   * @param head how many commands stand before the statements of the migration, but for its opening
   * @param statements those, by their place among the commands
   */
  record Sent(
      ScriptSource source,
      List<String> commands,
      int head,
      Map<Integer, Statement> statements,
      long number) {
    String sql() {
      return String.join(SEPARATOR, commands);
    }

    /** Whether so many commands are all of them. */
    boolean isWhole(int ended) {
      return ended == commands.size();
    }

    /** What is being run, for people, by the mark that the session bears. */
    String place(String mark) {
      Matcher line = MARKED_LINE.matcher(mark);
      int first = source.script().work().stream().mapToInt(Statement::line).findFirst().orElse(1);
      return source.file() + ":" + (line.find() ? line.group(1) : first);
    }

    /** Whether it failed where it asks whether it may be run at all. */
    boolean isRefused(PgException failure, int ended) {
      return ended < head
          && !statements.containsKey(ended)
          && NO.contains(String.valueOf(failure.getSqlState()));
    }

    /** The failure with its place in the file, where it is one of a statement of the file. */
    RuntimeException told(PgException failure, int ended, String blockers) {
      boolean unread = ended == 0 && SYNTAX_ERROR.equals(failure.getSqlState());
      int command = unread ? at(StatementFailure.position(failure)) : ended;
      @Nullable Statement statement = statements.get(command);
      if (statement == null) {
        return UNTRANSLATABLE.equals(failure.getSqlState()) && ended == 0
            ? StatementFailure.of(source, failure)
            : failure;
      }
      return new StatementFailure(source, statement, failure, blockers, before(command));
    }

    /** The command in which a position of the whole text lies. */
    private int at(int position) {
      int command = 0;
      while (command + 1 < commands.size() && before(command + 1) < position) {
        command++;
      }
      return command;
    }

    /** How many characters of the whole text stand before a command. */
    private int before(int command) {
      return commands.subList(0, command).stream()
          .mapToInt(text -> text.codePointCount(0, text.length()) + SEPARATOR.length())
          .sum();
    }
  }
}
