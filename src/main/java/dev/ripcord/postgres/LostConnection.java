package dev.ripcord.postgres;

import dev.ripcord.port.SchemaException;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a failure is the lack of an answer: the connection broke, the server went down or comes
 * up. What the server says of a statement is an answer.
 */
final class LostConnection {
  /** The server ends its sessions, or takes none yet. */
  private static final Set<String> GOING =
      Set.of("57P01", "57P02", "57P03", "57P05", "25P03", "53300");

  private LostConnection() {}

  static boolean is(Throwable failure) {
    for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof PgException answer) {
        return isGoing(String.valueOf(answer.getSqlState()));
      }
      if (each instanceof SchemaException known) {
        return known.isUnanswered();
      }
      if (each instanceof VertxException
          || each instanceof IOException
          || each instanceof TimeoutException) {
        return true;
      }
    }
    return false;
  }

  static boolean isGoing(String sqlState) {
    return sqlState.startsWith("08") || GOING.contains(sqlState);
  }

  /** Whether a client program of PostgreSQL says that its connection broke, or that it got none. */
  static boolean isToldBy(String output) {
    return output.contains("server closed the connection")
        || output.contains("terminating connection")
        || output.contains("no connection to the server")
        || output.contains("connection to server")
        || output.contains("could not connect")
        || output.contains("could not receive data")
        || output.contains("could not send data")
        || output.contains("SSL connection has been closed")
        || output.contains("SSL SYSCALL error")
        || output.contains("the database system is ")
        || output.contains("too many clients")
        || output.contains("lost synchronization");
  }
}
