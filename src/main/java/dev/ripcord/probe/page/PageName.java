package dev.ripcord.probe.page;

import dev.ripcord.health.Reason;

/**
 * How a page is called in reasons.
 *
 * @param noun what it is: a metrics page, or a server that passes series on
 * @param source the key of the configuration that names it
 * @param shown its address for people
 * @param isService whether the service itself gives it; where another program does, a way to it
 *     that fails is that program's
 */
record PageName(String noun, String source, String shown, boolean isService) {
  /** The service's own page. */
  static PageName ofService(String shown) {
    return new PageName("metrics page", "metrics", shown, true);
  }

  /** What a Prometheus server gives of the service. */
  static PageName ofPrometheus(String shown) {
    return new PageName("Prometheus", "prometheus", shown, false);
  }

  /** A reason that names it; the text is a predicate. */
  Reason reason(Reason.Code code, String text) {
    return new Reason(
        isService ? code : passedOn(code),
        noun + " " + text + " (source: " + source + ", " + shown + ")");
  }

  private static Reason.Code passedOn(Reason.Code code) {
    return switch (code) {
      case DNS, CONNECT, TLS, TIMEOUT, RESET, STATUS, BODY -> Reason.Code.SOURCE_DOWN;
      default -> code;
    };
  }
}
