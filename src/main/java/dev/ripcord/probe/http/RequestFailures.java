package dev.ripcord.probe.http;

import dev.ripcord.health.Reason;
import dev.ripcord.probe.http.Answer.Broken;
import dev.ripcord.probe.http.Answer.Fault;
import io.netty.handler.ssl.NotSslRecordException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Tells from an exception what broke a request, and whether that says something about the service.
 * A name that does not resolve, an answer that we cannot read, TLS that we cannot agree on and a
 * limit of our own machine say nothing; that nobody answers is what every client would see.
 */
final class RequestFailures {
  private static final String ALERT = "Received fatal alert: ";

  /** What the native transport puts before the system's own words. */
  private static final Pattern SYSTEM_CALL =
      Pattern.compile("^\\s*\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

  private RequestFailures() {}

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
      return tls(chain, host);
    }
    Optional<String> unreadable = unreadable(chain);
    if (unreadable.isPresent()) {
      String what = "sent an answer that cannot be read: " + unreadable.get();
      return new Broken(Reason.Code.PARSE, what, Fault.PATH);
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
    return new Broken(
        Reason.Code.RESET, "broke the connection off before the answer was whole", Fault.SERVICE);
  }

  /** A name that does not resolve. */
  static Broken unresolved(String host) {
    return new Broken(
        Reason.Code.DNS, "was not asked: the name " + host + " does not resolve", Fault.PATH);
  }

  /** A server that asks for a client certificate and answers nobody without one. */
  static Broken certificateWanted() {
    return new Broken(
        Reason.Code.UNAUTHORIZED,
        "wants a client certificate, and Ripcord has none; set cert and key in tls of the service",
        Fault.PATH);
  }

  /** A server that does not take our client certificate. */
  static Broken certificateRefused() {
    return new Broken(
        Reason.Code.UNAUTHORIZED,
        "does not take the client certificate; look at cert and key in tls of the service",
        Fault.PATH);
  }

  /**
   * A proxy through which the source was not reached: that says nothing about the source.
   *
   * @param proxy its address for people
   * @param why a text such as "no connection within 5 s"
   */
  static Broken proxy(String proxy, String why) {
    return new Broken(
        Reason.Code.CONNECT,
        "was not reached through the proxy " + proxy + " (" + why + ")",
        Fault.PATH);
  }

  /** What a failure says, as one short line. */
  static String text(Throwable failure) {
    return text(chain(failure));
  }

  /**
   * No rollback fixes a certificate that is not trusted here, and Java's rules for TLS are not
   * those of other clients. Plain text where TLS is asked for, and a server that breaks in the
   * middle, are what all of them see.
   */
  private static Broken tls(List<Throwable> chain, String host) {
    String text = text(chain);
    if (chain.stream().anyMatch(NotSslRecordException.class::isInstance)) {
      String what = "does not speak TLS on this port; write http:// if it never did";
      return new Broken(Reason.Code.TLS, what, Fault.SERVICE);
    }
    if (text.endsWith(ALERT + "internal_error")) {
      String what = "broke TLS off by an internal error of its own";
      return new Broken(Reason.Code.TLS, what, Fault.SERVICE);
    }
    if (text.endsWith(ALERT + "certificate_required")) {
      return certificateWanted();
    }
    return new Broken(Reason.Code.TLS, disagreement(chain, text, host), Fault.PATH);
  }

  private static String disagreement(List<Throwable> chain, String text, String host) {
    if (text.contains("unrecognized_name")) {
      return "knows no host " + host + " (TLS: unrecognized_name); write the name it has";
    }
    boolean trust =
        has(chain, GeneralSecurityException.class)
            || text.contains("PKIX")
            || text.contains("certificate_unknown");
    if (trust && host.contains("_")) {
      return "cannot be asked over TLS: no certificate is compared with a name that has a _; write"
          + " another name";
    }
    return trust
        ? "shows a certificate that is not trusted here ("
            + text
            + "); renew it, or name its authority as ca in tls of the service"
        : "could not agree on TLS with Ripcord (" + text + ")";
  }

  private static Optional<String> unreadable(List<Throwable> chain) {
    return chain.stream()
        .filter(UnreadableAnswerException.class::isInstance)
        .map(Throwable::getMessage)
        .findFirst();
  }

  private static boolean isOurs(String text) {
    return text.contains("Network is unreachable")
        || text.contains("Too many open files")
        || text.contains("Cannot assign requested address");
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
        String line = SYSTEM_CALL.matcher(message.lines().findFirst().orElse("")).replaceFirst("");
        return line.length() > 160 ? line.substring(0, 160) + "…" : line.strip();
      }
    }
    return "the connection ended without a reason";
  }
}
