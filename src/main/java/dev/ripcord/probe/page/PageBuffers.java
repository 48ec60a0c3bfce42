package dev.ripcord.probe.page;

/**
 * What is needed to read one page and is used again for the next: a reading, its parser, its
 * comparison with the last one, and the change.
 */
final class PageBuffers {
  private final PageReading reading = new PageReading();
  private final PageParser parser = new PageParser(reading);
  private final CounterChange change = new CounterChange();
  private final Comparison comparison = new Comparison();

  PageReading reading() {
    return reading;
  }

  PageParser parser() {
    return parser;
  }

  CounterChange change() {
    return change;
  }

  Comparison comparison() {
    return comparison;
  }

  /** What the same page says that was read again at once, on another buffers. */
  SecondLook seenAgain(PageBuffers again) {
    return reading
        .family()
        .map(
            family -> {
              SeriesTable table = new SeriesTable();
              comparison.compare(reading, family, table);
              Comparison other = again.comparison;
              other.compare(again.reading, family, comparison.exchange(table));
              boolean contradicted = other.hasFallen() || other.hasVanished();
              boolean moved =
                  RestartDetector.differ(reading.start(family), again.reading.start(family));
              return contradicted
                  ? SecondLook.CONTRADICTED
                  : moved ? SecondLook.RESTLESS : SecondLook.STEADY;
            })
        .orElse(SecondLook.FAILED);
  }
}
