package dev.ripcord.probe;

/**
 * What is needed to read one page and is used again for the next: a reading, its parser, a change.
 */
final class PageDesk {
  private final PageReading reading = new PageReading();
  private final PageParser parser = new PageParser(reading);
  private final Change change = new Change();

  PageReading reading() {
    return reading;
  }

  PageParser parser() {
    return parser;
  }

  Change change() {
    return change;
  }
}
