package dev.ripcord.release;

/**
 * A text that must not be shown: it prints as {@code ***}.
 *
 * @param reveal the text itself; call it only where the secret is handed to what needs it
 */
public record Secret(String reveal) {
  @Override
  public String toString() {
    return "***";
  }
}
