package dev.ripcord.parse;

import dev.ripcord.migration.sql.FoldedName;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.TypeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.Interval;
import org.antlr.v4.runtime.tree.ParseTree;
import org.antlr.v4.runtime.tree.TerminalNode;
import org.jspecify.annotations.Nullable;
import org.pgcodekeeper.core.parsers.antlr.pg.generated.SQLParser;

/** Names, texts and calls out of a piece of the tree that the library makes of SQL. */
final class Sql {
  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|--[^\n\r]*", Pattern.DOTALL);
  private static final Pattern OFF = Pattern.compile("(?i)'?(off|false|0)'?");

  private Sql() {}

  /** A name as the server will understand it. */
  static Name name(ParserRuleContext context) {
    List<String> parts = parts(context);
    int last = parts.size() - 1;
    return new Name(
        last > 0 ? Optional.of(parts.get(last - 1)) : Optional.empty(), parts.get(last));
  }

  /** The parts of a dotted name. */
  static List<String> parts(ParserRuleContext context) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < context.getChildCount(); i++) {
      if (!context.getChild(i).getText().equals(".")) {
        parts.add(identifier(context.getChild(i)));
      }
    }
    return parts;
  }

  /** A name as the server will understand it: in lower case unless quoted. */
  static String identifier(ParseTree name) {
    ParseTree leaf = name;
    while (leaf.getChildCount() > 0) {
      leaf = leaf.getChild(0);
    }
    boolean quoted =
        leaf instanceof TerminalNode node
            && node.getSymbol().getType() == SQLParser.QuotedIdentifier;
    // The library's lexer has taken the quotes away already.
    return quoted ? leaf.getText() : FoldedName.of(written(name, leaf));
  }

  /** The library's lexer folds every capital; the text that it read still has them. */
  private static String written(ParseTree name, ParseTree leaf) {
    if (leaf instanceof TerminalNode node && name.getText().equals(leaf.getText())) {
      Token token = node.getSymbol();
      Interval place = Interval.of(token.getStartIndex(), token.getStopIndex());
      String text = token.getInputStream().getText(place);
      return text.equalsIgnoreCase(leaf.getText()) ? text : leaf.getText();
    }
    return name.getText();
  }

  static List<Name> names(List<? extends ParserRuleContext> contexts) {
    return contexts.stream().map(Sql::name).toList();
  }

  static List<String> identifiers(List<? extends ParserRuleContext> contexts) {
    return contexts.stream().map(Sql::identifier).toList();
  }

  /** The text as it was written, spaces and all. */
  static String text(ParserRuleContext context) {
    if (context.stop == null || context.stop.getStopIndex() < context.start.getStartIndex()) {
      return "";
    }
    return context
        .start
        .getInputStream()
        .getText(Interval.of(context.start.getStartIndex(), context.stop.getStopIndex()));
  }

  static TypeName type(ParserRuleContext context) {
    return TypeName.of(COMMENT.matcher(text(context)).replaceAll(" "));
  }

  /** Whether an option is switched on: by its name alone, or by a value that says so. */
  static boolean isOn(SQLParser.@Nullable Boolean_valueContext value) {
    return value == null || !OFF.matcher(value.getText()).matches();
  }

  /** Every piece of a kind in a tree, outermost first. */
  static <T> List<T> all(@Nullable ParseTree tree, Class<T> kind) {
    List<T> found = new ArrayList<>();
    if (tree != null) {
      collect(tree, kind, found);
    }
    return found;
  }

  private static <T> void collect(ParseTree tree, Class<T> kind, List<T> found) {
    if (kind.isInstance(tree)) {
      found.add(kind.cast(tree));
    }
    for (int i = 0; i < tree.getChildCount(); i++) {
      collect(tree.getChild(i), kind, found);
    }
  }

  /** The functions that are called by name anywhere in a tree. */
  static List<Name> calls(@Nullable ParseTree tree) {
    return all(tree, SQLParser.Function_callContext.class).stream()
        .filter(call -> call.schema_qualified_name_nontype() != null)
        .map(call -> name(call.schema_qualified_name_nontype()))
        .toList();
  }

  /** The columns that an expression may read: every plain name in it. */
  static List<String> columns(@Nullable ParseTree tree) {
    return all(tree, SQLParser.Indirection_varContext.class).stream()
        .filter(variable -> variable.identifier() != null)
        .map(variable -> identifier(variable.identifier()))
        .distinct()
        .toList();
  }

  /** What a string constant holds. */
  static String string(SQLParser.SconstContext constant) {
    if (constant.BeginDollarStringConstant() != null) {
      StringBuilder text = new StringBuilder();
      constant.Text_between_Dollar().forEach(part -> text.append(part.getText()));
      return text.toString();
    }
    String text = constant.getText();
    int quote = text.indexOf('\'');
    if (quote < 0) {
      return text;
    }
    String inside = text.substring(quote + 1, text.length() - 1).replace("''", "'");
    return switch (text.substring(0, quote).toLowerCase(Locale.ROOT)) {
      case "e" -> Escapes.plain(inside);
      case "u&" -> Escapes.unicode(inside);
      default -> inside;
    };
  }
}
