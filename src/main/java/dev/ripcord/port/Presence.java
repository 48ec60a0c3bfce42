package dev.ripcord.port;

/** Whether an image could be put in place. */
public sealed interface Presence {
  /**
   * It is there.
   *
   * @param detail what is known of it, such as its size; may be empty
   */
  record Present(String detail) implements Presence {}

  /**
   * It is not there.
   *
   * @param why what was looked for and where
   */
  record Absent(String why) implements Presence {}

  /**
   * This platform cannot tell.
   *
   * @param why the reason
   */
  record Unknown(String why) implements Presence {}
}
