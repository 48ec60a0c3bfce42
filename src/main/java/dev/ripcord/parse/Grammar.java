package dev.ripcord.parse;

import java.util.Optional;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;
import org.pgcodekeeper.core.parsers.antlr.pg.generated.SQLLexer;
import org.pgcodekeeper.core.parsers.antlr.pg.generated.SQLParser;

/** The library's parser on one text, and the first thing in it that it cannot read. Used once. */
final class Grammar extends BaseErrorListener {
  private final SQLParser parser;
  private @Nullable String error;

  Grammar(String text) {
    SQLLexer lexer = new SQLLexer(CharStreams.fromString(EscapedQuotes.doubled(text)));
    parser = new SQLParser(new CommonTokenStream(lexer));
    lexer.removeErrorListeners();
    lexer.addErrorListener(this);
    parser.removeErrorListeners();
    parser.addErrorListener(this);
  }

  SQLParser parser() {
    return parser;
  }

  Optional<String> error() {
    return Optional.ofNullable(error);
  }

  @Override
  public void syntaxError(
      Recognizer<?, ?> recognizer,
      @Nullable Object symbol,
      int line,
      int column,
      String message,
      @Nullable RecognitionException cause) {
    if (error == null) {
      String near =
          symbol instanceof Token token && token.getType() != Token.EOF
              ? "near \"" + token.getText() + "\""
              : "at its end";
      error = "not understood " + near + " (line " + line + ", column " + (column + 1) + " of it)";
    }
  }
}
