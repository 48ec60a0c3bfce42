package dev.ripcord.config;

/**
 * One thing that is wrong with the configuration.
 *
 * @param line counted from 1; 0 when it stands in no file, such as an environment variable
 * @param column counted from 1; 0 as the line
 * @param path the key, such as {@code services.shop.timeout}; empty for the file as a whole
 * @param message the value found, the rule and what to write instead; never a secret
 */
public record Problem(int line, int column, String path, String message) {
  /** {@code 9:15}, or {@code -} where there is no line. */
  public String position() {
    return line == 0 ? "-" : line + ":" + column;
  }
}
