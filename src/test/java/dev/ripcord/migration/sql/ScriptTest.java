package dev.ripcord.migration.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScriptTest {
  static Stream<Arguments> cases() throws IOException {
    try (InputStream in = ScriptTest.class.getResourceAsStream("/migration/split.txt")) {
      assertThat(in).isNotNull();
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Stream.of(all.split("(?m)^== ")).skip(1).map(ScriptTest::read);
    }
  }

  private static Arguments read(String block) {
    List<String> lines = block.lines().toList();
    String text =
        String.join("\n", lines.stream().skip(1).filter(l -> !l.startsWith("--> ")).toList());
    List<String> expected =
        lines.stream()
            .filter(line -> line.startsWith("--> "))
            .map(line -> line.substring(4).replace('⏎', '\n'))
            .toList();
    return Arguments.of(lines.getFirst(), text, expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void parse_aFile_givesItsStatements(String name, String text, List<String> expected) {
    Script script = Script.parse(text);
    assertThat(script.flaws()).as(name).isEmpty();
    assertThat(script.statements()).as(name).extracting(Statement::text).isEqualTo(expected);
  }

  /** With a carriage return alone, as old files have it, a line has ended too. */
  @Test
  void parse_aStringBeforeACommentThatACarriageReturnEnds_endsThere() {
    assertThat(Script.parse("select E'a' --x\r;\n'b';").statements())
        .extracting(Statement::text)
        .containsExactly("select E'a' --x\r;", "'b';");
  }

  @Test
  void parse_byteOrderMarkAndEmptyStatements_areNoWork() {
    Script script = Script.parse("\uFEFF;; select 1;\n;");
    assertThat(script.statements())
        .extracting(Statement::text)
        .containsExactly(";", ";", "select 1;", ";");
    assertThat(script.work()).extracting(Statement::text).containsExactly("select 1;");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          select 1;@\\i other.sql         | 2 | PSQL        | \\i other.sql is a command of psql
          select 1 \\; select 2;          | 1 | PSQL        | write it as SQL
          select 1;@@begin;               | 3 | TRANSACTION | BEGIN: a migration may not
          start transaction;              | 1 | TRANSACTION | START
          select 1; commit work;          | 1 | TRANSACTION | COMMIT
          rollback;                       | 1 | TRANSACTION | ROLLBACK
          end;                            | 1 | TRANSACTION | END
          abort;                          | 1 | TRANSACTION | ABORT
          prepare transaction 'x';        | 1 | TRANSACTION | PREPARE
          select 'a;@select 2;            | 1 | UNFINISHED  | the quote that begins here has no end
          @select $x$ ;                   | 2 | UNFINISHED  | the quote
          select 1; /* a /* b */          | 1 | UNFINISHED  | the comment
          select (1; select 2;            | 1 | UNFINISHED  | a parenthesis
          copy t from stdin; select 1@1@\\.@ | 1 | UNFINISHED | must stand in a line of its own
          copy t from stdin; copy u from stdin;@1@\\.@ | 1 | UNFINISHED | a line of its own
          copy t from stdin; commit;@1@\\.@ | 1 | TRANSACTION | COMMIT
          """)
  void parse_whatCannotBeRun_isAFlawWithItsLine(
      String text, int line, ScriptError.Cause cause, String words) {
    List<ScriptError> flaws = Script.parse(text.replace('@', '\n')).flaws();
    assertThat(flaws).hasSize(1);
    assertThat(flaws.getFirst().line()).isEqualTo(line);
    assertThat(flaws.getFirst().cause()).isEqualTo(cause);
    assertThat(flaws.getFirst().text()).contains(words);
  }

  @Test
  void parse_beginInsideAFunction_isNoTransaction() {
    Script script =
        Script.parse("create function f() returns void language plpgsql as $$begin commit; end$$;");
    assertThat(script.flaws()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET standard_conforming_strings = off;",
        "set local Standard_Conforming_Strings to 'off';",
        "SET SESSION standard_conforming_strings = false;",
        "SELECT set_config('standard_conforming_strings', 'off', false);"
      })
  void b24_quotesThatAreReadOtherwise_areAFlaw(String sql) {
    List<ScriptError> flaws = Script.parse("SELECT 1;\n" + sql + "\nSELECT 'it\\'s; x';").flaws();
    assertThat(flaws).extracting(ScriptError::cause).containsExactly(ScriptError.Cause.QUOTES);
    assertThat(flaws.getFirst().line()).isEqualTo(2);
    assertThat(flaws.getFirst().text()).contains("write E'…' where a backslash escapes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET standard_conforming_strings = on;",
        "SET standard_conforming_strings TO DEFAULT;",
        "SHOW standard_conforming_strings;",
        "COMMENT ON TABLE t IS 'standard_conforming_strings';"
      })
  void b24_quotesThatAreReadAsAlways_areNone(String sql) {
    assertThat(Script.parse(sql).flaws()).isEmpty();
  }

  @Test
  void parse_nulCharacter_isAFlaw() {
    assertThat(Script.parse("select '\0';").flaws())
        .extracting(ScriptError::cause)
        .containsExactly(ScriptError.Cause.CHARACTER);
  }

  @Test
  void place_ofAPositionInCodePoints_isDrawnWithACaret() {
    Script script = Script.parse("-- one\nselect 1;\n  UPDATE o SET é = '😀', totl = 2;\n");
    Statement statement = script.statements().getLast();
    int position = 1 + "UPDATE o SET é = '".length() + 1 + "', ".length();
    SourcePosition place = script.place(statement, position);
    assertThat(place.line()).isEqualTo(3);
    assertThat(place.column()).isEqualTo(2 + position);
    assertThat(place.drawn().lines().toList().getLast())
        .isEqualTo(" ".repeat("    3 | ".length() + 2 + position - 1) + "^");
    assertThat(statement.line()).isEqualTo(3);
    assertThat(script.text().startsWith(statement.text(), statement.offset())).isTrue();
  }

  /** Statements made of random pieces, joined by random gaps, are found again as they were. */
  @Test
  void parse_randomStatementsJoined_givesTheStatementsBack() {
    long seed = Long.getLong("seed", 20_260_102L);
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    String[] pieces = {
      "select",
      "a$b$c",
      "';'",
      "'it''s;'",
      "E'\\';'",
      "\"x;\"\"y\"",
      "$$;$$",
      "$t$ ' $$ ; $t$",
      "/* ; /* ' */ ; */",
      "-- ; '\n",
      "(a; b)",
      "1",
      "2.5e3",
      "$1",
      "+",
      "::int",
      "case",
      "end",
      "x.end",
      "U&';'",
      "E'a'\n'\\';'",
      "\"E\"",
      "表"
    };
    String[] gaps = {"", " ", "\n", "-- ; $$ '\n", "/* ; */", "\t\r\n"};
    for (int round = 0; round < 5_000; round++) {
      List<String> statements = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(6); i >= 0; i--) {
        StringBuilder statement = new StringBuilder("x" + random.nextInt(9));
        for (int j = random.nextInt(8); j > 0; j--) {
          statement.append(' ').append(pieces[random.nextInt(pieces.length)]);
        }
        statement.append(" ;");
        statements.add(statement.toString());
        text.append(gaps[random.nextInt(gaps.length)]).append(statement);
      }
      Script script = Script.parse(text.toString());
      assertThat(script.statements())
          .as("seed %s round %s: %s", seed, round, text)
          .extracting(Statement::text)
          .isEqualTo(statements);
      for (Statement each : script.statements()) {
        assertThat(text.substring(each.offset())).startsWith(each.text());
        long breaks = text.substring(0, each.offset()).chars().filter(c -> c == '\n').count();
        assertThat((long) each.line()).isEqualTo(1 + breaks);
      }
    }
  }

  /** No text, however broken, makes the splitter fail or lose a statement's place. */
  @Test
  void parse_randomCharacters_neverFails() {
    long seed = Long.getLong("seed", 20_260_103L);
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    String alphabet = "aeEuU&$'\"\\;-/*()\n bx1begin atomic end case copy from stdin.";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(60); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      for (Statement each : Script.parse(text.toString()).statements()) {
        assertThat(text.substring(each.offset()))
            .as("seed %s: %s", seed, text)
            .startsWith(each.text());
      }
    }
  }
}
