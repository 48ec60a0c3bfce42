package dev.ripcord.migration.sql;

import dev.ripcord.migration.sql.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the statements of one script that may change rows. Used once. */
final class ChangingStatements {
  private static final Set<String> IDLE_WORDS =
      Set.of("begin", "end", "null", "return", "new", "old");

  /** What evaluates expressions that tables and indexes have kept. */
  private static final Set<String> EVALUATING =
      Set.of("analyze", "analyse", "vacuum", "cluster", "reindex");

  private final Set<String> idle = new HashSet<>();
  private boolean replacesFunction;

  private ChangingStatements() {}

  static List<Statement> in(Script script) {
    ChangingStatements reader = new ChangingStatements();
    List<Statement> found = new ArrayList<>();
    for (Statement statement : script.work()) {
      if (reader.mayChange(statement)) {
        found.add(statement);
      }
    }
    return found;
  }

  private boolean mayChange(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    if (words.skip("create")) {
      boolean replaces = words.skipAll("or", "replace");
      if (words.skipAny("function", "procedure")) {
        replacesFunction |= replaces;
        rememberIdle(words);
        return false;
      }
      if (words.skipAll("event", "trigger")) {
        return !callsIdle(words);
      }
    }
    return !ValuePreservation.is(statement) || (replacesFunction && evaluates(statement));
  }

  /** A function of an index or a CHECK that is another now does something else when it runs. */
  private static boolean evaluates(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    return words.skipAny(EVALUATING.toArray(String[]::new))
        || words.has("validate")
        || words.has("logged")
        || words.has("unlogged")
        || !ValuePreservation.retypings(statement).isEmpty();
  }

  /** A function that does nothing: its body is a block without a statement. */
  private void rememberIdle(TokenCursor words) {
    Optional<String> name = words.name();
    List<Token> bodies = words.rest().stream().filter(t -> t.kind() == Kind.STRING).toList();
    boolean doesNothing = bodies.size() == 1 && isIdle(bodies.getFirst().text());
    name.ifPresent(
        function -> {
          if (doesNothing) {
            idle.add(function);
          } else {
            idle.remove(function);
          }
        });
  }

  private static boolean isIdle(String literal) {
    String body =
        literal.replaceFirst("^(?:'|\\$\\w*\\$)", "").replaceFirst("(?:'|\\$\\w*\\$)$", "");
    return Lexer.words(body).stream()
        .allMatch(token -> token.kind() == Kind.SEMICOLON || IDLE_WORDS.contains(token.text()));
  }

  /** An event trigger runs its function at the statements that follow. */
  private boolean callsIdle(TokenCursor words) {
    return words.skipTo("execute")
        && words.skipAny("function", "procedure")
        && words.name().filter(idle::contains).isPresent();
  }
}
