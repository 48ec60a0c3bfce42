package dev.ripcord.health;

/** Whether a service answers at all, as its {@code url} tells. */
public enum Liveness {
  /** It answered, and not with a server error. */
  ANSWERS,
  /**
   * It refused, hung, reset or answered 5xx to every probe of the poll, or what runs it says that
   * it is down: evidence about the service.
   */
  SILENT,
  /** It could not be asked (its name does not resolve), or no {@code url} is configured. */
  UNKNOWN
}
