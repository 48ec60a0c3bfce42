package dev.ripcord.postgres.shadow;

import dev.ripcord.migration.sql.SessionTraces;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.StatementFailure;
import org.jspecify.annotations.Nullable;

/** The shadow that a proof works on, and its session. Used from one thread. */
public final class ShadowSession implements AutoCloseable {
  private final ShadowServer server;
  private final String shadow;
  private @Nullable MigrationSession session;

  /** Opens nothing yet. */
  public ShadowSession(ShadowServer server, String shadow) {
    this.server = server;
    this.shadow = shadow;
  }

  ShadowServer server() {
    return server;
  }

  /** The session in the shadow; a new one after a copy was made. */
  public MigrationSession session() {
    if (session == null) {
      session = server.session(shadow);
    }
    return session;
  }

  /**
   * Runs a text for good. What it may leave in its session ends with that, so the next one finds
   * none of it; fails with a {@link StatementFailure}.
   */
  public void run(ShadowScript script) {
    script.run(session());
    if (SessionTraces.outlast(script.source().script())) {
      close();
    }
  }

  /** A copy of the shadow as it is now; the server asks that nobody is in it meanwhile. */
  String copy() {
    close();
    return server.copy(shadow);
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
      session = null;
    }
  }
}
