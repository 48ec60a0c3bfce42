package dev.ripcord.parse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.sql.Additivity;
import dev.ripcord.migration.sql.NonTransactional;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.sql.StatementScope;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.postgres.verify.ProofCase;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What a statement is, is asked in several ways: does it run in a transaction, may it change rows,
 * does old code run on beside it, what does it lock. Here the answers are held to agree, over every
 * statement of the cases of risk and proof.
 */
final class StatementAnswersTest {
  private static Stream<Script> scripts() {
    Stream<String> risk =
        ProofCase.text("/risk/statements.sql").lines().filter(line -> !line.startsWith("--"));
    Stream<String> proof =
        Stream.of("/proof/downs.txt", "/proof/copies.txt")
            .flatMap(name -> ProofCase.of(name).stream())
            .flatMap(each -> Stream.of(each.part("setup"), each.part("up"), each.part("down")));
    Stream<String> own =
        Stream.of(
            "CREATE INDEX CONCURRENTLY i ON t (a);",
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY t (a);",
            "DROP INDEX CONCURRENTLY IF EXISTS i;",
            "REINDEX TABLE CONCURRENTLY t;",
            "REINDEX (CONCURRENTLY) INDEX i;",
            "SELECT backfill();",
            "SELECT 1;");
    return Stream.of(risk, proof, own)
        .flatMap(each -> each)
        .distinct()
        .map(Script::parse)
        .filter(script -> script.flaws().isEmpty());
  }

  @TestFactory
  Stream<DynamicTest> answers() {
    List<Statement> statements =
        scripts()
            .flatMap(script -> script.work().stream())
            .collect(Collectors.toMap(Statement::text, each -> each, (one, same) -> one))
            .values()
            .stream()
            .toList();
    assertThat(statements).hasSizeGreaterThan(900);
    return statements.stream().map(each -> DynamicTest.dynamicTest(each.text(), () -> agree(each)));
  }

  private static void agree(Statement statement) {
    List<SqlOperation> operations = new SqlParser().read(statement);
    boolean concurrent = operations.stream().anyMatch(StatementAnswersTest::isConcurrent);
    Optional<NonTransactional> alone = NonTransactional.of(statement);
    if (concurrent) {
      assertThat(alone).as("outside of a transaction").isPresent();
    }
    if (alone.filter(StatementAnswersTest::isOfAnIndex).isPresent()) {
      assertThat(concurrent).as("concurrently: %s", operations).isTrue();
    }
    if (!StatementScope.mayChangeRows(statement)) {
      assertThat(operations).as("changes no rows").noneMatch(StatementAnswersTest::writes);
    }
    boolean query =
        operations.stream().allMatch(each -> each instanceof SqlOperation.Query)
            && !operations.isEmpty()
            && statement.firstWord().equals("select")
            && !statement.text().contains(" FOR "); // it locks rows, which hurts nobody for long
    if (query) {
      assertThat(Additivity.of(Script.parse(statement.text() + ";")).additive())
          .as("a query that changes nothing hurts nobody, and another may")
          .isEqualTo(!StatementScope.mayChangeRows(statement));
    }
  }

  private static boolean isConcurrent(SqlOperation operation) {
    return switch (operation) {
      case SqlOperation.CreateIndex index -> index.concurrently();
      case SqlOperation.Drop drop -> drop.concurrently();
      case SqlOperation.Reindex reindex -> reindex.concurrently();
      default -> false;
    };
  }

  private static boolean isOfAnIndex(NonTransactional alone) {
    return alone instanceof NonTransactional.BuildIndex
        || alone instanceof NonTransactional.DropIndex;
  }

  private static boolean writes(SqlOperation operation) {
    return switch (operation) {
      case SqlOperation.Write write -> true;
      case SqlOperation.Truncate truncate -> true;
      default -> false;
    };
  }
}
