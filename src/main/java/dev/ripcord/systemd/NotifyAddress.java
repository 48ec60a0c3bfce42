package dev.ripcord.systemd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The socket that NOTIFY_SOCKET names, in the form that the kernel takes ({@code sockaddr_un}). */
final class NotifyAddress {
  private static final short AF_UNIX = 1;

  /** What Linux has room for, with the zero behind a path. */
  private static final int PATH_MAX = 108;

  private NotifyAddress() {}

  /**
   * The address of {@code name}: a path, or behind an at sign a name that no file has.
   *
   * @throws IllegalArgumentException when it is neither, or longer than the kernel takes; the
   *     message says which
   */
  static byte[] of(String name) {
    boolean isAbstract = name.startsWith("@");
    if (!isAbstract && !name.startsWith("/")) {
      throw new IllegalArgumentException("it is neither a path nor a name behind @");
    }
    byte[] path = name.getBytes(StandardCharsets.UTF_8);
    int length = path.length + (isAbstract ? 0 : 1);
    if (length > PATH_MAX) {
      throw new IllegalArgumentException("it is longer than " + (PATH_MAX - 1) + " bytes");
    }
    ByteBuffer address = ByteBuffer.allocate(Short.BYTES + length).order(ByteOrder.nativeOrder());
    address.putShort(AF_UNIX).put(path);
    if (isAbstract) {
      address.put(Short.BYTES, (byte) 0);
    }
    return address.array();
  }
}
