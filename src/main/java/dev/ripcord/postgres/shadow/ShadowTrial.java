package dev.ripcord.postgres.shadow;

import dev.ripcord.migration.sql.SessionTraces;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.StatementFailure;
import dev.ripcord.postgres.catalog.FingerprintReader;
import java.util.Map;

/**
 * Something that is tried on a shadow and leaves nothing: in a transaction that is rolled back, or,
 * where a script cannot run in one, in a copy that is dropped. Close it in any case.
 */
public final class ShadowTrial implements AutoCloseable {
  private final ShadowSession stage;
  private final MigrationSession session;
  private final String copy;
  private final Map<String, FingerprintReader.Position> positions;
  private boolean marked;

  private ShadowTrial(
      ShadowSession stage,
      MigrationSession session,
      String copy,
      Map<String, FingerprintReader.Position> positions) {
    this.stage = stage;
    this.session = session;
    this.copy = copy;
    this.positions = positions;
  }

  /** In a transaction of the stage's session. */
  public static ShadowTrial inTransaction(ShadowSession stage) {
    MigrationSession session = stage.session();
    FingerprintReader reader = new FingerprintReader(session);
    reader.resetSession();
    Map<String, FingerprintReader.Position> positions = reader.positions();
    session.run("BEGIN");
    return new ShadowTrial(stage, session, "", positions);
  }

  /** In a copy of the stage's database. */
  public static ShadowTrial inCopy(ShadowSession stage) {
    String copy = stage.copy();
    return new ShadowTrial(stage, stage.server().session(copy), copy, Map.of());
  }

  public MigrationSession session() {
    return session;
  }

  boolean isCopy() {
    return !copy.isEmpty();
  }

  /** Does something inside a transaction, which a copy needs to have of its own. */
  public void write(Runnable body) {
    if (isCopy()) {
      session.run("BEGIN");
    }
    body.run();
    if (isCopy()) {
      session.run("COMMIT");
    }
  }

  /** Runs a script; fails with a {@link StatementFailure}. */
  public void run(ShadowScript script) {
    marked |= SessionTraces.outlast(script.source().script());
    if (isCopy()) {
      script.run(session);
    } else {
      script.within(session);
    }
  }

  @Override
  public void close() {
    if (isCopy()) {
      session.close();
      stage.server().drop(copy);
      return;
    }
    session.runIgnoringErrors("ROLLBACK");
    if (marked) {
      stage.close(); // A rollback takes away neither a library nor a setting of one's own.
    } else {
      ShadowScript.reset(session);
    }
    FingerprintReader reader = new FingerprintReader(stage.session());
    reader.resetSession();
    reader.restore(positions);
  }
}
