package dev.ripcord.migration;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.UnaryOperator;

/** SHA-256 over the UTF-8 bytes of a migration's text, in lower-case hex. */
public final class Checksum {
  private Checksum() {}

  /** The checksum of a text. */
  public static String of(String text) {
    return hash("SHA-256", text);
  }

  /** SHA-384 of the same, as sqlx has it. */
  public static String of384(String text) {
    return hash("SHA-384", text);
  }

  private static String hash(String algorithm, String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }

  /**
   * Whether a file is the one that a checksum was taken of. Line ends do not count, nor a byte
   * order mark at its beginning: the same commit has others when it is checked out or saved on
   * another system, and neither is sent to the server.
   */
  static boolean fits(String checksum, String text) {
    return fits(checksum, text, Checksum::of);
  }

  /**
   * The same for {@link #of384}, which sqlx takes over all bytes of a file, the mark among them.
   */
  static boolean fits384(String checksum, String text) {
    return fits(checksum, text, Checksum::of384);
  }

  private static boolean fits(String checksum, String text, UnaryOperator<String> hash) {
    String unix = text.replace("\r\n", "\n");
    return fitsWithMark(checksum, text, hash)
        || fitsWithMark(checksum, unix, hash)
        || fitsWithMark(checksum, unix.replace("\n", "\r\n"), hash);
  }

  private static boolean fitsWithMark(String checksum, String text, UnaryOperator<String> hash) {
    String plain =
        text.startsWith(Script.BYTE_ORDER_MARK)
            ? text.substring(Script.BYTE_ORDER_MARK.length())
            : text;
    return hash.apply(plain).equals(checksum)
        || hash.apply(Script.BYTE_ORDER_MARK + plain).equals(checksum);
  }
}
