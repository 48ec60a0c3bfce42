package dev.ripcord.postgres;

import dev.ripcord.port.SchemaException;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a failure is the lack of an answer: the connection broke, the server went down or comes
 * up. What the server says of a statement is an answer.
 */
public final class LostConnection {
  /** The server ends its sessions, or takes none yet. */
  private static final Set<String> GOING =
      Set.of("57P01", "57P02", "57P03", "57P05", "25P03", "53300");

  /** What client programs say of a connection that broke, or of a server that takes none yet. */
  private static final List<String> BROKEN =
      List.of(
          "server closed the connection",
          "terminating connection",
          "no connection to the server",
          "could not receive data",
          "could not send data",
          "SSL connection has been closed",
          "SSL SYSCALL error",
          "the database system is ",
          "too many clients",
          "remaining connection slots",
          "lost synchronization");

  /** How a connection begins that was not made; after FATAL stands what the server answered. */
  private static final List<String> NOT_MADE = List.of("connection to server", "could not connect");

  private LostConnection() {}

  public static boolean is(Throwable failure) {
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

  /**
   * Whether a client program of PostgreSQL says that its connection broke, or that it got none. A
   * server that answers and takes no such user, password or database has given an answer.
   */
  public static boolean isToldBy(String output) {
    return BROKEN.stream().anyMatch(output::contains)
        || (NOT_MADE.stream().anyMatch(output::contains) && !output.contains("FATAL:"));
  }
}
