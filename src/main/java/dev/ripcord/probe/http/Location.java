package dev.ripcord.probe.http;

import java.net.IDN;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a Location header as browsers do: what a URL may not hold is escaped, not refused. */
final class Location {
  private static final String ALLOWED = "-._~:/?#@!$&'()*+,;=%";
  private static final Pattern AUTHORITY =
      Pattern.compile("^((?:[A-Za-z][A-Za-z0-9+.-]*:)?//)([^/?#]*)(.*)$");
  private static final Pattern STRAY_PERCENT = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  private Location() {}

  /**
   * The address that a location means.
   *
   * @param here the address that answered with it
   * @param header the header, a character for each byte
   * @throws IllegalArgumentException when it is no address
   */
  static URI of(URI here, String header) {
    String text = STRAY_PERCENT.matcher(header.strip()).replaceAll("%25");
    Matcher matcher = AUTHORITY.matcher(text);
    String place =
        matcher.matches()
            ? matcher.group(1) + host(matcher.group(2)) + escaped(matcher.group(3))
            : escaped(text);
    // URI resolves a query alone against the folder, where every client keeps the path.
    return place.startsWith("?")
        ? URI.create(here.resolve(here.getRawPath()) + place)
        : here.resolve(place);
  }

  /** The bytes that no URL may hold, as %XX; so a text in any encoding goes back as it came. */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
      char c = (char) (b & 0xFF);
      boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || ALLOWED.indexOf(c) >= 0);
      escaped.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
    }
    return escaped.toString();
  }

  /** A name in other letters than ASCII, as DNS knows it. */
  private static String host(String authority) {
    if (authority.chars().allMatch(c -> c < 0x80)) {
      return authority;
    }
    ByteBuffer bytes = ByteBuffer.wrap(authority.getBytes(StandardCharsets.ISO_8859_1));
    try {
      return IDN.toASCII(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a host name that is not UTF-8", e);
    }
  }
}
