package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.migration.sql.Statement;
import dev.ripcord.postgres.ScriptSource;
import dev.ripcord.postgres.migrate.salvage.SalvagedMigration;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/**
 * The statements of a migration that keeps what it destroys.
 *
 * @param context the run
 * @param source the file
 */
record KeepingStatements(RunContext context, ScriptSource source)
    implements SalvagedMigration.Work {
  @Override
  public void one(Statement statement) {
    context.run(source, statement, context.setup().statementLock());
  }

  @Override
  public void all(List<Statement> statements) {
    context.runAll(source, statements);
  }

  @Override
  public void waiting(String what, Runnable work) {
    context.waiting(source.file() + ", " + what, work);
  }

  @Override
  public Duration lockTimeout() {
    return context.setup().statementLock();
  }

  @Override
  public long nanos() {
    return context.nanos().getAsLong();
  }

  @Override
  public Future<?> settle() {
    return context.workSession().send(RunnerUp.SETTLE);
  }
}
