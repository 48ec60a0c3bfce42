package dev.ripcord.migration.file;

import dev.ripcord.migration.Kind;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.Version;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The next pair of files of a folder, to be filled in by a person.
 *
 * @param version above every version that a file of the folder has
 * @param name made of the message: {@code add_customer_email}
 * @param up the file that applies it
 * @param down the file that reverts it; it undoes nothing yet, so that nobody applies the pair as
 *     it is
 */
public record MigrationScaffold(Version version, String name, SourceFile up, SourceFile down) {
  /** A version with as many digits is a point in time, {@code 20260102120000}. */
  private static final int TIME_DIGITS = 14;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Pattern DIGITS = Pattern.compile("(\\d{1,40})[_.].*\\.sql");
  private static final int NAME_MAX = 80;

  /** What the name says of it. */
  public Kind kind() {
    return Kind.ofName(name);
  }

  /**
   * The next pair.
   *
   * @param fileNames all files of the folder; their layout and numbering are carried on. An empty
   *     folder begins with {@code 01_name_up.sql}
   * @param message what it is for, in a few words
   * @param now for folders whose versions are points in time
   * @throws IllegalArgumentException when no name can be made of the message; the text says why
   */
  public static MigrationScaffold of(Collection<String> fileNames, String message, Instant now) {
    return of(fileNames, Tool.NATIVE, message, now);
  }

  /** The same in a folder of a tool, which begins with that tool's own names. */
  public static MigrationScaffold of(
      Collection<String> fileNames, Tool tool, String message, Instant now) {
    Layout layout = Layout.of(fileNames).or(() -> Layout.of(tool)).orElse(Layout.SUFFIXED);
    String name = name(layout, message);
    Version version = next(fileNames, now);
    String label = version + "_" + name;
    String upName = layout.fileName(label, false);
    String downName = layout.fileName(label, true);
    String purpose = "-- purpose: " + message.strip().replaceAll("\\s+", " ") + "\n";
    String up = purpose + stageLine(name) + "\n";
    String down =
        "-- reverts " + upName + "\n-- (or, where nothing can: -- down: none, because …)\n\n";
    return new MigrationScaffold(
        version, name, new SourceFile(upName, up), new SourceFile(downName, down));
  }

  private static String stageLine(String name) {
    return switch (Kind.ofName(name)) {
      case SCHEMA_ADD ->
          "-- stage 1: before the code is deployed; only additions, so that the code of today runs"
              + " on\n";
      case SCHEMA_MODIFY ->
          "-- stage 1: before the code is deployed; the code of today must be able to live with"
              + " it\n";
      case FIELD_REMOVE ->
          "-- stage 2: after the code is deployed, with an approval; nothing may use what is"
              + " removed\n";
    };
  }

  private static String name(Layout layout, String message) {
    String name =
        message
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^\\p{L}\\p{N}]+", "_")
            .replaceAll("^_+|_+$", "");
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "\"" + message + "\" gives no name: say in a few words what the migration does");
    }
    if (name.length() > NAME_MAX) {
      throw new IllegalArgumentException(
          "the message gives a name of "
              + name.length()
              + " characters; at most "
              + NAME_MAX
              + " are useful");
    }
    if (layout == Layout.ROLLBACK && name.endsWith("_rollback")) {
      throw new IllegalArgumentException(
          "in this folder a name that ends in \"rollback\" is a down file; end it otherwise");
    }
    return name;
  }

  private static Version next(Collection<String> fileNames, Instant now) {
    Optional<Version> highest =
        fileNames.stream()
            .map(DIGITS::matcher)
            .filter(Matcher::matches)
            .map(found -> new Version(found.group(1)))
            .max(Comparator.naturalOrder());
    String first = "01";
    String after = highest.map(MigrationScaffold::after).orElse(first);
    boolean timed = highest.filter(v -> v.text().length() == TIME_DIGITS).isPresent();
    Version time = new Version(TIME.format(now));
    return timed && time.compareTo(highest.get()) > 0 ? time : new Version(after);
  }

  /** One more, in as many digits. */
  private static String after(Version version) {
    String next = new BigInteger(version.text()).add(BigInteger.ONE).toString();
    return "0".repeat(Math.max(0, version.text().length() - next.length())) + next;
  }

  /** Up and down. */
  public List<SourceFile> files() {
    return List.of(up, down);
  }
}
