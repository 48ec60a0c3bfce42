package dev.ripcord.probe.source;

/** A number as Prometheus spells it. */
public final class ExpositionNumber {
  private ExpositionNumber() {}

  /** NaN also where it is none. */
  public static double of(String text) {
    return switch (text) {
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> parsed(text);
    };
  }

  private static double parsed(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
