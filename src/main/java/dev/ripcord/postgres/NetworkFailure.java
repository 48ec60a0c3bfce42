package dev.ripcord.postgres;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a server could not be reached, in words for people: a library's own text is no help there.
 */
public final class NetworkFailure {
  private static final String NO_PASSWORD =
      "it asks for a password, and none is given: put it into the URL, or into DB_PASSWORD";

  private NetworkFailure() {}

  /** Completes "cannot reach …: ". */
  public static String words(Throwable failure) {
    for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
      String known =
          switch (each) {
            case UnknownHostException _ -> "the host's name does not resolve";
            case NoRouteToHostException _ -> "no network leads to the host";
            case ConnectException refused when says(refused, "timed out") -> "no answer in time";
            case ConnectException refused when says(refused, "unreachable") ->
                "no network leads to the host";
            case ConnectException _ -> "connection refused; does PostgreSQL run there?";
            case SSLException _ -> "the TLS handshake failed; look at sslmode and sslrootcert";
            case TimeoutException _ -> "no answer in time";
            case IllegalArgumentException empty when isNoPassword(empty) -> NO_PASSWORD;
            default -> "";
          };
      if (!known.isEmpty()) {
        return known;
      }
    }
    if (says(failure, "resolve")) {
      return "the host's name does not resolve";
    }
    if (says(failure, "refused")) {
      return "connection refused; does PostgreSQL run there?";
    }
    return says(failure, "timeout") || says(failure, "timed out")
        ? "no answer in time"
        : "the connection broke; look into the server's log";
  }

  /** Whether the server asked for a password that there is not. The driver says so by this. */
  static boolean isNoPassword(Throwable failure) {
    return failure instanceof IllegalArgumentException
        && says(failure, "'password' must not be empty");
  }

  private static boolean says(Throwable failure, String word) {
    return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains(word);
  }
}
