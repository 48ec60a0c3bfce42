package dev.ripcord.cli.init;

/**
 * An address that something may answer at.
 *
 * @param base such as {@code http://127.0.0.1:8080}, without a slash at its end
 */
record Place(String base) {
  private static final String HERE = "127.0.0.1";

  /** A port of this machine. */
  static Place local(int port) {
    return new Place("http://" + HERE + ":" + port);
  }

  /**
   * A port that a container publishes.
   *
   * @param address on which it is published; empty and the addresses that stand for all are this
   *     machine's own
   */
  static Place published(String address, int port) {
    boolean any = address.isEmpty() || address.equals("0.0.0.0") || address.contains(":");
    return new Place("http://" + (any ? HERE : address) + ":" + port);
  }

  String at(String path) {
    return base + path;
  }
}
