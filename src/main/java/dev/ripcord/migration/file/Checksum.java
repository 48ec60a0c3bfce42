package dev.ripcord.migration.file;

import dev.ripcord.migration.sql.Script;
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

  /** The checksum of {@link #of} over lines that come one after the other. */
  public static final class OfLines {
    private final MessageDigest digest = digest("SHA-256");
    private boolean begun;

    /** Adds a line, with a line break before it where it is not the first. */
    public void add(String line) {
      digest.update(((begun ? "\n" : "") + line).getBytes(StandardCharsets.UTF_8));
      begun = true;
    }

    /** The checksum of all that was added so far. */
    public String soFar() {
      try {
        return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("Java's own SHA-256 can be copied", e);
      }
    }
  }

  private static String hash(String algorithm, String text) {
    return HexFormat.of()
        .formatHex(digest(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }

  /**
   * Whether a file is the one that a checksum was taken of. Line ends do not count, nor a byte
   * order mark at its beginning: the same commit has others when it is checked out or saved on
   * another system, and neither is sent to the server.
   */
  public static boolean fits(String checksum, String text) {
    return fits(checksum, text, Checksum::of);
  }

  /**
   * The same for {@link #of384}, which sqlx takes over all bytes of a file, the mark among them.
   */
  public static boolean fits384(String checksum, String text) {
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
