package dev.ripcord.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The parameters behind the {@code ?} of a database URL, as libpq reads them. What is not carried
 * out is refused: a parameter that is left out without a word may have named the schema, the server
 * or the certificate that was meant.
 */
public final class DatabaseParameters {
  /** What is carried out. */
  private static final Set<String> CARRIED_OUT =
      Set.of(
          "application_name",
          "connect_timeout",
          "dbname",
          "host",
          "options",
          "password",
          "port",
          "sslcert",
          "sslkey",
          "sslmode",
          "sslrootcert",
          "user");

  /** Numbers about a socket: every session of Ripcord has keepalives already. */
  private static final Set<String> SOCKET =
      Set.of(
          "keepalives",
          "keepalives_count",
          "keepalives_idle",
          "keepalives_interval",
          "tcp_user_timeout");

  /** What is taken with the values that say what Ripcord does anyway. */
  private static final Map<String, Set<String>> AS_IT_IS =
      Map.of(
          "channel_binding", Set.of("disable", "prefer"),
          "client_encoding", Set.of("auto", "utf8", "utf-8", "unicode"),
          "gssencmode", Set.of("disable", "prefer"),
          "load_balance_hosts", Set.of("disable"),
          "sslcompression", Set.of("0"),
          "sslnegotiation", Set.of("postgres"),
          "sslsni", Set.of("1"),
          "target_session_attrs", Set.of("any"));

  /** Names of other clients, and what to write instead. */
  private static final Map<String, String> OTHER_CLIENTS =
      Map.of(
          "currentschema", "write options=-c%20search_path%3DSCHEMA",
          "schema", "write options=-c%20search_path%3DSCHEMA",
          "search_path", "write options=-c%20search_path%3DSCHEMA",
          "service", "write what the service file says into the URL",
          "servicefile", "write what the service file says into the URL",
          "passfile", "give the password in the URL or as DB_PASSWORD",
          "hostaddr", "name the address as the host",
          "ssl", "write sslmode=verify-full");

  private DatabaseParameters() {}

  /**
   * Reads them.
   *
   * @param query what stands behind the {@code ?}, with its escapes; may be empty
   * @return the parameters that are carried out, by name
   * @throws IllegalArgumentException for one that is not; the message names it and shows no value
   */
  public static Map<String, String> read(String query) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException(
            "*** is not a database URL: each parameter behind the ? is name=value, with a & between"
                + " two (a & in a value as %26)");
      }
      String name = decoded(pair.substring(0, equals));
      String value = decoded(pair.substring(equals + 1));
      if (name.equals("ssl") && value.equals("true")) {
        values.put("sslmode", "require");
      } else if (CARRIED_OUT.contains(name)) {
        values.put(name, value);
      } else {
        checkLeftOut(name, value);
      }
    }
    check(values);
    return values;
  }

  private static void checkLeftOut(String name, String value) {
    boolean accepted =
        SOCKET.contains(name)
            ? isNumber(value)
            : name.equals("fallback_application_name")
                || AS_IT_IS.getOrDefault(name, Set.of()).contains(value.toLowerCase(Locale.ROOT));
    if (accepted) {
      return;
    }
    if (SOCKET.contains(name)) {
      throw notNumber(name);
    }
    if (AS_IT_IS.containsKey(name)) {
      throw new IllegalArgumentException(
          "parameter "
              + name
              + " of the database URL is carried out as "
              + String.join(" or ", new TreeSet<>(AS_IT_IS.getOrDefault(name, Set.of())))
              + " only; write that, or take it out");
    }
    throw new IllegalArgumentException(
        "parameter "
            + Quoted.of(name)
            + " of the database URL is not known to Ripcord; "
            + OTHER_CLIENTS.getOrDefault(name.toLowerCase(Locale.ROOT), "take it out")
            + " (known: "
            + String.join(", ", new TreeSet<>(CARRIED_OUT))
            + ")");
  }

  private static void check(Map<String, String> values) {
    if (!isNumber(values.getOrDefault("connect_timeout", "0"))) {
      throw notNumber("connect_timeout");
    }
    if (values.containsKey("sslcert") != values.containsKey("sslkey")) {
      throw new IllegalArgumentException(
          "sslcert and sslkey of the database URL belong together: name the certificate's file and"
              + " that of its key");
    }
    if (values.getOrDefault("host", "").contains(",")
        || values.getOrDefault("port", "").contains(",")) {
      throw severalHosts();
    }
  }

  private static boolean isNumber(String text) {
    return text.strip().matches("-?\\d{1,9}");
  }

  private static IllegalArgumentException notNumber(String name) {
    return new IllegalArgumentException(
        "parameter " + name + " of the database URL is not a whole number");
  }

  /** What is said of a URL that names more than one host. */
  public static IllegalArgumentException severalHosts() {
    return new IllegalArgumentException(
        "the database URL names several hosts; Ripcord takes one: name the primary server, or an"
            + " address that always leads to it");
  }

  /**
   * A text with its percent-escapes read. A {@code +} is no space.
   *
   * @throws IllegalArgumentException when an escape is not one, or not UTF-8
   */
  public static String decoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(raw.length);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != '%') {
        bytes.put(raw[i]);
        continue;
      }
      int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
      int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw new IllegalArgumentException(
            "the database URL has a % that is not followed by two hex digits; write % as %25");
      }
      if (high == 0 && low == 0) {
        throw new IllegalArgumentException("the database URL has a %00, which stands for nothing");
      }
      bytes.put((byte) (high << 4 | low));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "the database URL has percent-escapes that are not UTF-8; an é is two of them, C3 and A9",
          null);
    }
  }
}
