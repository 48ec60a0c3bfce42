package dev.ripcord.probe.http;

/** An answer came, and it cannot be read. The message says what is wrong with it, for people. */
final class UnreadableAnswerException extends Exception {
  private static final long serialVersionUID = 1;

  UnreadableAnswerException(String message) {
    super(message);
  }
}
