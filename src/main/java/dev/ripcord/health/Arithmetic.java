package dev.ripcord.health;

import java.util.Locale;

/**
 * Why a sample means what it means, with the numbers put in: the arithmetic of {@link Judge} in
 * words. Pure.
 *
 * @param text one sentence
 * @param chance how likely a service that is well shows so many errors, 0 to 1; 1 where that was
 *     not asked
 * @param limit the chance at or below which a poll breaches
 */
public record Arithmetic(String text, double chance, double limit) {
  /**
   * Of one poll.
   *
   * @param reading what {@code rules} made of the sample
   */
  public static Arithmetic of(Rules rules, Sample sample, HealthReading reading) {
    Counts judged = reading.judged();
    double limit = BinomialTail.limit(rules.breaches());
    double chance = BinomialTail.tail(judged.errors(), judged.requests(), rules.normal().value());
    return new Arithmetic(text(rules, sample, reading, chance, limit), chance, limit);
  }

  private static String text(
      Rules rules, Sample sample, HealthReading reading, double chance, double limit) {
    if (sample.liveness() == Liveness.SILENT) {
      return "the service did not answer at all, which needs no counting: a breach";
    }
    if (sample.counts().isEmpty()) {
      return "requests were not counted: unknown, and the breaches so far stay";
    }
    Counts own = sample.counts().get();
    Counts judged = reading.judged();
    String counted = counted(rules, own, judged);
    return switch (reading.measures().getOrDefault(Measure.ERROR_RATE, reading.kind())) {
      case HEALTHY -> counted + ", below " + rules.threshold() + ": healthy";
      case WARNING, BREACH ->
          counted
              + ", at or above "
              + rules.threshold()
              + "; a service that fails "
              + rules.normal()
              + " when well shows so many in "
              + share(chance)
              + " of polls ("
              + percent(limit)
              + " or less is beyond chance): a breach";
      case UNKNOWN ->
          rules.threshold().isReachedBy(judged.errors(), judged.requests())
                  && judged.requests() >= rules.minimumRequests()
              ? counted
                  + ", at or above "
                  + rules.threshold()
                  + ", but a service that fails "
                  + rules.normal()
                  + " when well shows so many in "
                  + share(chance)
                  + " of polls ("
                  + percent(limit)
                  + " or less is beyond chance): unknown, carried into the next poll"
              : counted + ", too few to judge: unknown, carried into the next poll";
    };
  }

  private static String share(double chance) {
    return chance < 1e-9 ? "less than 0.0000001%" : FigureText.chance(chance);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f%%", share * 100);
  }

  private static String counted(Rules rules, Counts own, Counts judged) {
    String rate =
        judged.requests() == 0
            ? "no requests"
            : String.format(
                Locale.ROOT,
                "%d errors of %d requests (%s)",
                judged.errors(),
                judged.requests(),
                FigureText.rate(judged, rules.threshold()));
    return judged.equals(own)
        ? rate
        : rate
            + String.format(
                Locale.ROOT,
                " with the %d of %d carried from before",
                judged.errors() - own.errors(),
                judged.requests() - own.requests());
  }
}
