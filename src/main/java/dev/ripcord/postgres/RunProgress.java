package dev.ripcord.postgres;

/**
 * How far something has come that takes long in a run of migrations.
 *
 * @param subject what it is about: lines about the same thing may be left out when they come often
 * @param text what there is to say of it, for people
 */
public record RunProgress(String subject, String text) {
  /** A line that comes once. */
  public static RunProgress once(String text) {
    return new RunProgress(text, text);
  }

  /** The whole line. */
  public String line() {
    return subject.equals(text) ? text : subject + ": " + text;
  }
}
