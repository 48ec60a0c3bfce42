package dev.ripcord.probe;

import dev.ripcord.probe.Answer.Broken;
import dev.ripcord.probe.Answer.Fault;
import dev.ripcord.watch.Reason;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Tells from an exception what broke a request, and whether that says something about the service.
 * A name that does not resolve, a certificate that we do not trust and a limit of our own machine
 * say nothing; everything else a client of the service would see as well.
 */
final class Breakage {
  private Breakage() {}

  /**
   * What broke a request.
   *
   * @param host the name that was asked, for the text
   */
  static Broken of(Throwable failure, String host) {
    List<Throwable> chain = chain(failure);
    if (has(chain, UnknownHostException.class)) {
      return unresolved(host);
    }
    if (has(chain, SSLException.class)) {
      return tls(chain);
    }
    String text = text(chain);
    if (isOurs(text)) {
      String what = "was not asked: no connection could be opened on this machine: " + text;
      return new Broken(Reason.Code.CONNECT, what, Fault.PATH);
    }
    if (failure.getClass().getSimpleName().contains("ConnectTimeout")) {
      return new Broken(Reason.Code.TIMEOUT, "accepted no connection in time", Fault.SERVICE);
    }
    if (has(chain, ConnectException.class) || has(chain, NoRouteToHostException.class)) {
      boolean refused = text.toLowerCase(Locale.ROOT).contains("refused");
      String what = refused ? "refused the connection" : "could not be reached: " + text;
      return new Broken(Reason.Code.CONNECT, what, Fault.SERVICE);
    }
    if (chain.stream().anyMatch(Breakage::isDecoding)) {
      String what = "answered with something that is not HTTP: " + text;
      return new Broken(Reason.Code.RESET, what, Fault.SERVICE);
    }
    return new Broken(
        Reason.Code.RESET, "broke the connection off before the answer was whole", Fault.SERVICE);
  }

  /** A name that does not resolve. */
  static Broken unresolved(String host) {
    return new Broken(
        Reason.Code.DNS, "was not asked: the name " + host + " does not resolve", Fault.PATH);
  }

  private static Broken tls(List<Throwable> chain) {
    String text = text(chain);
    // Our own trust store or clock may be what is wrong, and no rollback mends a certificate.
    boolean trust =
        has(chain, GeneralSecurityException.class)
            || text.contains("PKIX")
            || text.contains("certificate_unknown");
    return trust
        ? new Broken(
            Reason.Code.TLS,
            "shows a certificate that is not trusted here ("
                + text
                + "); renew it, or add its CA to Java's trust store",
            Fault.PATH)
        : new Broken(Reason.Code.TLS, "could not agree on TLS: " + text, Fault.SERVICE);
  }

  private static boolean isOurs(String text) {
    return text.contains("Network is unreachable")
        || text.contains("Too many open files")
        || text.contains("Cannot assign requested address");
  }

  private static boolean isDecoding(Throwable failure) {
    String name = failure.getClass().getName();
    return failure instanceof IllegalArgumentException
        || name.startsWith("io.netty.handler.codec.")
        || name.contains("TooLong");
  }

  private static boolean has(List<Throwable> chain, Class<? extends Throwable> type) {
    return chain.stream().anyMatch(type::isInstance);
  }

  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    Optional<Throwable> next = Optional.of(failure);
    while (next.isPresent() && chain.size() < 10) {
      chain.add(next.get());
      next = Optional.ofNullable(next.get().getCause());
    }
    return chain;
  }

  /** The innermost message: that of the system call, without the layers around it. */
  private static String text(List<Throwable> chain) {
    for (Throwable failure : chain.reversed()) {
      String message = failure.getMessage();
      if (message != null && !message.isBlank()) {
        String line = message.lines().findFirst().orElse("").strip();
        return line.length() > 160 ? line.substring(0, 160) + "…" : line;
      }
    }
    return chain.getFirst().getClass().getSimpleName();
  }
}
