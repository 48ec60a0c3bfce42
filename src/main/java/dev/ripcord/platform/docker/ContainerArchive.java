package dev.ripcord.platform.docker;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * One file as the Engine hands it out and takes it: a tar archive. The Engine names the entry by
 * the last part of its path; to put it back where it was, the entry gets the whole path.
 */
final class ContainerArchive {
  private static final int BLOCK = 512;
  private static final int NAME = 0;
  private static final int NAME_SIZE = 100;
  private static final int SIZE = 124;
  private static final int NUMBER_SIZE = 12;
  private static final int SUM = 148;
  private static final int SUM_SIZE = 8;
  private static final int TYPE = 156;
  private static final int MAGIC = 257;
  private static final int PREFIX = 345;
  private static final int PREFIX_SIZE = 155;
  private static final String USTAR = "ustar\00000";
  private static final int OCTAL = 8;

  private ContainerArchive() {}

  /**
   * The first entry of an archive, with owner, rights and time as they were, under a path.
   *
   * @param path absolute
   * @return empty when there is none, or the path is too long for a tar header
   */
  static Optional<Buffer> moved(Buffer archive, String path) {
    for (int at = 0; at + BLOCK <= archive.length(); ) {
      byte[] header = archive.getBytes(at, at + BLOCK);
      long size = size(header);
      if (header[TYPE] == 0 && header[NAME] == 0) {
        return Optional.empty();
      }
      long end = at + BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
      if (end > archive.length()) {
        return Optional.empty();
      }
      // Extensions of the format come as entries before the one that they belong to.
      if ("xgLK".indexOf(header[TYPE]) < 0) {
        byte[] content = archive.getBytes(at + BLOCK, (int) end);
        return renamed(header, path)
            .map(h -> Buffer.buffer(h).appendBytes(content).appendBytes(new byte[2 * BLOCK]));
      }
      at = (int) end;
    }
    return Optional.empty();
  }

  /** The path in two parts: a name, and before it a prefix that ends at a slash. */
  private static Optional<byte[]> renamed(byte[] header, String path) {
    byte[] whole = path.substring(1).getBytes(StandardCharsets.UTF_8);
    int cut = 0;
    while (whole.length - cut > NAME_SIZE && cut < whole.length) {
      int from = cut;
      int slash = -1;
      for (int i = from; i < whole.length && slash < 0; i++) {
        slash = whole[i] == '/' ? i : -1;
      }
      if (slash < 0) {
        return Optional.empty();
      }
      cut = slash + 1;
    }
    int prefix = Math.max(0, cut - 1);
    if (prefix > PREFIX_SIZE || cut >= whole.length) {
      return Optional.empty();
    }
    byte[] moved = header.clone();
    put(moved, NAME, NAME_SIZE, Arrays.copyOfRange(whole, cut, whole.length));
    put(moved, PREFIX, PREFIX_SIZE, Arrays.copyOfRange(whole, 0, prefix));
    byte[] magic = USTAR.getBytes(StandardCharsets.US_ASCII);
    put(moved, MAGIC, magic.length, magic);
    put(moved, SUM, SUM_SIZE, "        ".getBytes(StandardCharsets.US_ASCII));
    int sum = 0;
    for (byte b : moved) {
      sum += b & 0xff;
    }
    put(moved, SUM, SUM_SIZE, "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII));
    return Optional.of(moved);
  }

  private static void put(byte[] header, int at, int room, byte[] value) {
    Arrays.fill(header, at, at + room, (byte) 0);
    System.arraycopy(value, 0, header, at, value.length);
  }

  private static long size(byte[] header) {
    String octal =
        new String(header, SIZE, NUMBER_SIZE, StandardCharsets.US_ASCII).replaceAll("[^0-7]", "");
    return octal.isEmpty() ? 0 : Long.parseLong(octal, OCTAL);
  }
}
