package dev.ripcord.migration.sql;

import dev.ripcord.migration.sql.ScriptError.Cause;
import dev.ripcord.migration.sql.Token.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a file into statements at the semicolons that end one: not those in strings, names,
 * comments, parentheses (rules have several statements there), {@code BEGIN ATOMIC … END} bodies
 * and the data after {@code COPY … FROM stdin}. Used once.
 */
final class Splitter {
  private static final Set<String> TRANSACTION =
      Set.of("begin", "commit", "rollback", "start", "end", "abort");

  private static final String QUOTES = "standard_conforming_strings";
  private static final String QUOTED = "'" + QUOTES + "'";
  private static final Set<String> ON =
      Set.of("on", "true", "yes", "1", "default", "'on'", "'true'", "'yes'", "'1'");

  private final String text;
  private final Lexer lexer;
  private final int[] lineBreaks;
  private final List<Statement> statements = new ArrayList<>();
  private final List<ScriptError> flaws = new ArrayList<>();

  private final List<Token> words = new ArrayList<>();
  private int end;
  private int parentheses;
  private int bodies;

  Splitter(String text) {
    this.text = text;
    this.lexer = new Lexer(text, 0);
    this.lineBreaks =
        IntStream.range(0, text.length()).filter(i -> text.charAt(i) == '\n').toArray();
  }

  Script split() {
    int nul = text.indexOf('\0');
    if (nul >= 0) {
      flaw(nul, Cause.CHARACTER, "a NUL character cannot be sent to PostgreSQL: take it out");
    }
    while (lexer.hasMore()) {
      take(lexer.next());
    }
    if (!words.isEmpty()) {
      finish(end);
    }
    return new Script(text, statements, flaws);
  }

  private void take(Token token) {
    end = token.kind() == Kind.SPACE ? end : token.end();
    if (!token.closed()) {
      String what = token.kind() == Kind.COMMENT ? "comment" : "quote";
      flaw(token.start(), Cause.UNFINISHED, "the " + what + " that begins here has no end");
    }
    switch (token.kind()) {
      case SPACE, COMMENT -> {}
      case BACKSLASH -> psql(token);
      case SEMICOLON -> {
        words.add(token);
        if (parentheses == 0 && bodies == 0) {
          finish(token.end());
        }
      }
      case WORD, QUOTED, STRING, NUMBER, SYMBOL -> {
        nest(token);
        words.add(token);
      }
    }
  }

  private void nest(Token token) {
    if (token.isSymbol('(')) {
      parentheses++;
    } else if (token.isSymbol(')')) {
      parentheses = Math.max(0, parentheses - 1);
    } else if (token.kind() == Kind.WORD && parentheses == 0 && createsRoutine()) {
      nestBody(token);
    }
  }

  private void nestBody(Token token) {
    @Nullable Token before = words.isEmpty() ? null : words.getLast();
    if (before == null || before.isWord("as") || before.isSymbol('.')) {
      return; // a column may be called "end" there
    }
    if (token.isWord("atomic") && before.isWord("begin")) {
      bodies++;
    } else if (token.isWord("case") && bodies > 0) {
      bodies++;
    } else if (token.isWord("end") && bodies > 0) {
      bodies--;
    }
  }

  private boolean createsRoutine() {
    int next = isWord(1, "or") && isWord(2, "replace") ? 3 : 1;
    return isWord(0, "create") && (isWord(next, "function") || isWord(next, "procedure"));
  }

  private boolean isWord(int index, String word) {
    return index < words.size() && words.get(index).isWord(word);
  }

  private void finish(int to) {
    int start = words.getFirst().start();
    if (bodies > 0) {
      flaw(start, Cause.UNFINISHED, "the BEGIN ATOMIC of this statement has no END");
    } else if (parentheses > 0) {
      flaw(start, Cause.UNFINISHED, "a parenthesis of this statement is not closed");
    }
    refuseTransactionControl(start);
    refuseOtherQuotes(start);
    boolean copies = copiesFromInput();
    statements.add(new Statement(text, start, to, line(start), copies));
    words.clear();
    parentheses = 0;
    bodies = 0;
    if (copies) {
      skipCopyData();
    }
  }

  private void refuseTransactionControl(int start) {
    Token first = words.getFirst();
    boolean prepares = first.isWord("prepare") && isWord(1, "transaction");
    boolean startsOther = first.isWord("start") && !isWord(1, "transaction");
    boolean toSavepoint = first.isWord("rollback") && words.stream().anyMatch(w -> w.isWord("to"));
    boolean controls = first.kind() == Kind.WORD && TRANSACTION.contains(first.text());
    if (prepares || (controls && !startsOther && !toSavepoint)) {
      flaw(
          start,
          Cause.TRANSACTION,
          first.text().toUpperCase(Locale.ROOT)
              + ": a migration may not begin or end a transaction, each file runs in one of its"
              + " own: take it out"
              + (words.stream().anyMatch(Splitter::isMode)
                  ? ", and write SET TRANSACTION … as its first statement"
                  : ""));
    }
  }

  private static boolean isMode(Token token) {
    return token.isWord("isolation") || token.isWord("read") || token.isWord("deferrable");
  }

  /**
   * With the setting off a backslash escapes in {@code '…'}, and all that follows is cut otherwise.
   */
  private void refuseOtherQuotes(int start) {
    boolean sets =
        (isWord(0, "set") && words.stream().anyMatch(word -> word.isWord(QUOTES)))
            || (words.stream().anyMatch(word -> word.isWord("set_config"))
                && words.stream().anyMatch(word -> word.text().equalsIgnoreCase(QUOTED)));
    boolean on = words.stream().anyMatch(word -> ON.contains(word.text().toLowerCase(Locale.ROOT)));
    if (sets && !on) {
      flaw(
          start,
          Cause.QUOTES,
          QUOTES
              + " may not be set to off: files are read with it on, where a backslash in '…' is a"
              + " character. Take it out, and write E'…' where a backslash escapes");
    }
  }

  private boolean copiesFromInput() {
    if (!isWord(0, "copy")) {
      return false;
    }
    int depth = 0;
    for (int i = 1; i < words.size(); i++) {
      depth += words.get(i).isSymbol('(') ? 1 : words.get(i).isSymbol(')') ? -1 : 0;
      if (depth == 0 && isWord(i - 1, "from") && isWord(i, "stdin")) {
        return true;
      }
    }
    return false;
  }

  /**
   * Skips the data, which begins in the next line. What stands behind the semicolon in the same
   * line comes after it, as in psql.
   */
  private void skipCopyData() {
    int from = lexer.at();
    int lineEnd = text.indexOf('\n', from);
    if (lineEnd < 0) {
      return;
    }
    lexer.jumpTo(endOfData(lineEnd + 1));
    Script rest = new Splitter(text.substring(from, lineEnd)).split();
    for (Statement each : rest.statements()) {
      int start = from + each.offset();
      if (each.text().endsWith(";") && !each.copiesFromInput()) {
        int end = start + each.text().length();
        statements.add(new Statement(text, start, end, line(start), false));
      } else {
        flaw(start, Cause.UNFINISHED, "this must stand in a line of its own, not behind COPY");
      }
    }
    rest.flaws().forEach(each -> flaw(from, each.cause(), each.text()));
  }

  /** Behind the line that is a backslash and a dot, and nothing else. */
  private int endOfData(int first) {
    int from = first;
    while (from < text.length()) {
      int lineEnd = text.indexOf('\n', from);
      int next = lineEnd < 0 ? text.length() : lineEnd + 1;
      String line = text.substring(from, lineEnd < 0 ? next : lineEnd);
      if (line.equals("\\.") || line.equals("\\.\r")) {
        return next;
      }
      from = next;
    }
    return text.length();
  }

  private void psql(Token backslash) {
    int lineEnd = text.indexOf('\n', backslash.start());
    int to = lineEnd < 0 ? text.length() : lineEnd;
    String command = text.substring(backslash.start(), to).strip();
    boolean harmless = command.startsWith("\\restrict") || command.startsWith("\\unrestrict");
    if (!harmless || !words.isEmpty()) {
      String shown = command.length() > 40 ? command.substring(0, 40) + "…" : command;
      flaw(
          backslash.start(),
          Cause.PSQL,
          shown + " is a command of psql, which PostgreSQL itself does not know: write it as SQL");
    }
    lexer.jumpTo(to);
  }

  /** Behind a change of how quotes are read nothing is known to be wrong. */
  private void flaw(int offset, Cause cause, String what) {
    if (flaws.stream().noneMatch(each -> each.cause() == Cause.QUOTES)) {
      flaws.add(new ScriptError(line(offset), cause, what));
    }
  }

  private int line(int offset) {
    int found = Arrays.binarySearch(lineBreaks, offset);
    return 1 + (found >= 0 ? found : -found - 1);
  }
}
