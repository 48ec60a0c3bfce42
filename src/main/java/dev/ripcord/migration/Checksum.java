package dev.ripcord.migration;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over the UTF-8 bytes of a migration's text, in lower-case hex. */
public final class Checksum {
  private Checksum() {}

  /** The checksum of a text. */
  public static String of(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Whether a file is the one that a checksum was taken of. Line ends do not count: the same commit
   * has others when it is checked out on another system.
   */
  static boolean fits(String checksum, String text) {
    String unix = text.replace("\r\n", "\n");
    return of(text).equals(checksum)
        || of(unix).equals(checksum)
        || of(unix.replace("\n", "\r\n")).equals(checksum);
  }
}
