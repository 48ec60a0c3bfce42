package dev.ripcord.migration.sql;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The {@code BEGIN} and {@code COMMIT} that some tools want around the whole of a file. */
public final class TransactionWrapper {
  private static final Set<String> OPENINGS =
      Set.of("begin", "begin transaction", "begin work", "start transaction");
  private static final Set<String> ENDINGS =
      Set.of("commit", "commit transaction", "commit work", "end", "end transaction", "end work");

  private TransactionWrapper() {}

  /** The text with both blanked out, so that every line and column stays; else as it is. */
  public static String takenOff(String text) {
    Script script = Script.parse(text);
    List<Statement> work = script.work();
    if (work.size() < 2
        || !OPENINGS.contains(words(work.getFirst()))
        || !ENDINGS.contains(words(work.getLast()))) {
      return text;
    }
    int mark = text.length() - script.text().length();
    StringBuilder bare = new StringBuilder(text);
    for (Statement each : List.of(work.getFirst(), work.getLast())) {
      int from = mark + each.offset();
      for (int i = from; i < from + each.text().length(); i++) {
        if (bare.charAt(i) != '\n') {
          bare.setCharAt(i, ' ');
        }
      }
    }
    return bare.toString();
  }

  private static String words(Statement statement) {
    return Lexer.words(statement.text()).stream()
        .filter(token -> token.kind() != Token.Kind.SEMICOLON)
        .map(Token::text)
        .collect(Collectors.joining(" "));
  }
}
