package dev.ripcord.postgres.dump;

import dev.ripcord.port.SchemaException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the rows in a script of {@code pg_restore --data-only}, and nothing else of it. */
final class CopyReader {
  private static final Pattern ENCODING = Pattern.compile("SET client_encoding = '([^']*)';");
  private static final Pattern NAME = Pattern.compile("\"((?:[^\"]|\"\")*)\"|[^\".,() ]+");
  private static final Pattern BETWEEN = Pattern.compile("[.,() ]*");
  private static final Pattern HEADER = Pattern.compile("COPY (.*) FROM stdin;");

  /** By PostgreSQL's names. */
  private static final Map<String, Charset> CHARSETS =
      Map.of(
          "UTF8", StandardCharsets.UTF_8,
          "SQL_ASCII", StandardCharsets.UTF_8,
          "LATIN1", StandardCharsets.ISO_8859_1,
          "LATIN2", Charset.forName("ISO-8859-2"),
          "LATIN9", Charset.forName("ISO-8859-15"),
          "WIN1251", Charset.forName("windows-1251"),
          "WIN1252", Charset.forName("windows-1252"),
          "EUC_KR", Charset.forName("EUC-KR"),
          "EUC_JP", Charset.forName("EUC-JP"));

  /**
   * Whose rows follow.
   *
   * @param columns in the order of the values
   */
  record Table(String schema, String name, List<String> columns) {
    Table {
      columns = List.copyOf(columns);
    }
  }

  /** Who takes the rows. */
  interface Sink {
    /** Rows of this table follow. */
    void begin(Table table);

    /** One of them: a text for each column, or null. */
    void row(@Nullable String[] values);

    /** That was the last one. */
    void end();
  }

  private final InputStream in;
  private final Sink sink;
  private Charset charset = StandardCharsets.UTF_8;

  CopyReader(InputStream in, Sink sink) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.sink = sink;
  }

  /** Reads all of it. */
  void read() throws IOException {
    for (Optional<String> line = line(); line.isPresent(); line = line()) {
      Matcher encoding = ENCODING.matcher(line.get());
      if (encoding.matches()) {
        charset = charset(encoding.group(1));
      }
      Matcher header = HEADER.matcher(line.get());
      if (header.matches()) {
        rows(table(header.group(1)));
      }
    }
  }

  private static Charset charset(String name) {
    return Optional.ofNullable(CHARSETS.get(name))
        .orElseThrow(
            () ->
                new SchemaException(
                    "the backup is in the encoding "
                        + name
                        + ", which cannot be read here: use pg_restore --data-only --table=NAME"));
  }

  private void rows(Table table) throws IOException {
    sink.begin(table);
    for (Optional<String> line = line(); ; line = line()) {
      if (line.isEmpty()) {
        throw new SchemaException("the backup ends in the middle of the rows of " + table.name());
      }
      if (line.get().equals("\\.")) {
        sink.end();
        return;
      }
      sink.row(values(line.get(), table.columns().size()));
    }
  }

  private Optional<String> line() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        return bytes.size() == 0 ? Optional.empty() : Optional.of(bytes.toString(charset));
      }
      bytes.write(next);
    }
    return Optional.of(bytes.toString(charset));
  }

  /** The values of a line in the text form of COPY. */
  static @Nullable String[] values(String line, int columns) {
    @Nullable String[] values = new @Nullable String[columns];
    if (columns == 0) {
      return values;
    }
    String[] fields = line.split("\t", -1);
    if (fields.length != columns) {
      throw new SchemaException(
          "a row of the backup has %d values for %d columns".formatted(fields.length, columns));
    }
    for (int i = 0; i < columns; i++) {
      values[i] = fields[i].equals("\\N") ? null : text(fields[i]);
    }
    return values;
  }

  private static String text(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    StringBuilder text = new StringBuilder(field.length());
    boolean escaped = false;
    for (int i = 0; i < field.length(); i++) {
      char next = field.charAt(i);
      if (!escaped && next == '\\') {
        escaped = true;
        continue;
      }
      text.append(escaped ? meant(next) : next);
      escaped = false;
    }
    return text.toString();
  }

  private static char meant(char escaped) {
    return switch (escaped) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> '\u000b';
      default -> escaped;
    };
  }

  /** {@code public.orders (id, "a note")}: a doubled quote in quotes is one of the name. */
  static Table table(String header) {
    List<String> names = new ArrayList<>();
    Matcher name = NAME.matcher(header);
    int end = 0;
    while (name.find() && BETWEEN.matcher(header.substring(end, name.start())).matches()) {
      @Nullable String quoted = name.group(1);
      names.add(quoted == null ? name.group() : quoted.replace("\"\"", "\""));
      end = name.end();
    }
    if (names.size() < 2 || !BETWEEN.matcher(header.substring(end)).matches()) {
      throw new SchemaException("the backup names no table that can be read: " + header);
    }
    return new Table(names.get(0), names.get(1), names.subList(2, names.size()));
  }
}
