package dev.ripcord.probe.http;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Unpacks a gzip body into another, up to that one's cap. */
public final class Gunzip {
  private static final int STEP = 16 * 1024;

  /** How it ended. */
  public enum End {
    /** All is unpacked and its checksum is right. */
    WHOLE,
    /** The packed text ends too early. */
    CUT,
    /** It is no gzip, or its checksum is wrong. */
    BROKEN,
    /** It is larger than the cap. */
    TOO_LARGE
  }

  private Gunzip() {}

  /** Unpacks {@code packed} behind what {@code plain} holds. */
  public static End into(Body plain, Body packed) {
    ByteArrayInputStream source = new ByteArrayInputStream(packed.bytes(), 0, packed.length());
    try (GZIPInputStream unpacked = new GZIPInputStream(source, STEP)) {
      while (true) {
        plain.reserve(STEP);
        int read = unpacked.read(plain.bytes(), plain.length(), STEP);
        if (read < 0) {
          return End.WHOLE;
        }
        if (read > plain.room()) {
          return End.TOO_LARGE;
        }
        plain.wrote(read);
      }
    } catch (EOFException e) {
      return End.CUT;
    } catch (IOException e) {
      return End.BROKEN;
    }
  }
}
