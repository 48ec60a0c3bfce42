package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.OperationImpact.Code;
import dev.ripcord.migration.sql.Batch;
import dev.ripcord.migration.sql.NonTransactional;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.ScriptError;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.statement.SqlOperation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * A database as it will stand after some migrations, and what the next one would do to it. Not
 * thread-safe.
 */
public final class Forecast {
  private static final int SHOWN = 60;

  private final Function<Statement, List<SqlOperation>> parser;
  private final SchemaModel world;

  private Forecast(Function<Statement, List<SqlOperation>> parser, SchemaModel world) {
    this.parser = parser;
    this.world = world;
  }

  /**
   * Begins with a database as it stands.
   *
   * @param parser what a statement asks for; gives {@link SqlOperation.Opaque} where it cannot be
   *     read, and never fails
   */
  public static Forecast of(Catalog catalog, Function<Statement, List<SqlOperation>> parser) {
    return new Forecast(parser, new SchemaModel(catalog));
  }

  /** The same database, to be taken another way. */
  public Forecast copy() {
    return new Forecast(parser, world.copy());
  }

  /** What a file will do; afterwards the database stands as it will after it. */
  public Assessment run(Script script) {
    Findings findings = new Findings();
    for (ScriptError flaw : script.flaws()) {
      findings.unknown("line " + flaw.line() + ": " + flaw.text());
    }
    OperationAnalyzer judge = new OperationAnalyzer(world, findings);
    OptionalInt size = Batch.size(script);
    for (Statement statement : script.work()) {
      findings.at(statement.line());
      findings.inBatches(batch(size, statement));
      if (isStandalone(statement)) {
        findings.add(
            Code.NO_TRANSACTION,
            first(statement)
                + " cannot run in a transaction: the file runs statement by statement"
                + " and may stop half-way",
            Optional.empty());
      }
      parser.apply(statement).forEach(judge::judge);
    }
    world.settle();
    return findings.end();
  }

  private static OptionalInt batch(OptionalInt size, Statement statement) {
    try {
      return size.isPresent() && Batch.of(statement, size.getAsInt()).isPresent()
          ? size
          : OptionalInt.empty();
    } catch (IllegalArgumentException refused) {
      return OptionalInt.empty(); // the runner refuses it, and says why
    }
  }

  private static boolean isStandalone(Statement statement) {
    return NonTransactional.of(statement).isPresent();
  }

  private static String first(Statement statement) {
    String line = statement.text().lines().findFirst().orElse("").strip();
    return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
  }
}
