package dev.ripcord.cli.watch;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.Format;
import dev.ripcord.config.Settings;
import dev.ripcord.health.Counts;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Sample;
import dev.ripcord.json.Aftermath;
import dev.ripcord.json.ReportJson;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.Printable;
import dev.ripcord.release.Release;
import dev.ripcord.watch.WatchEvent;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A watch as a document: its end, every poll it was judged by, and every step that was done.
 *
 * @param row the watch
 * @param entries its journal
 */
record Report(WatchRow row, List<Recorded> entries) {
  Report {
    entries = List.copyOf(entries);
  }

  static Report of(WatchRow row, List<Recorded> entries) {
    return new Report(row, entries);
  }

  /** How many polls there were. */
  int polls() {
    return (int) entries.stream().filter(e -> sample(e).isPresent()).count();
  }

  private static Optional<Sample> sample(Recorded recorded) {
    return recorded.entry() instanceof Entry.Watched w
            && w.event() instanceof WatchEvent.Sampled(Sample sample)
        ? Optional.of(sample)
        : Optional.empty();
  }

  /** Writes it where it is wanted; a rollback is written to the data folder in any case. */
  void write(Settings settings, Optional<Path> wanted, Console console) {
    Release release = row.charter().release();
    boolean rolledBack = entries.stream().anyMatch(e -> e.entry() instanceof Entry.Planned);
    Optional<Path> usual =
        rolledBack && settings.database().isEmpty()
            ? Optional.of(settings.data().resolve("reports").resolve(release.fileName() + ".md"))
            : Optional.empty();
    Optional<Path> place = wanted.or(() -> usual);
    if (place.isEmpty()) {
      return;
    }
    Path file = place.get();
    try {
      Path parent = file.toAbsolutePath().getParent();
      boolean isOwn = wanted.isEmpty();
      if (parent != null) {
        folder(parent, isOwn);
      }
      if (isOwn) {
        Files.deleteIfExists(file); // one of before may have been for everybody
        Files.createFile(file, rights("rw-------"));
      }
      boolean json = file.toString().toLowerCase(Locale.ROOT).endsWith(".json");
      Files.writeString(
          file, json ? ReportJson.of(row, entries) + "\n" : String.join("\n", lines()) + "\n");
      console.err().println("Report: " + file);
    } catch (IOException e) {
      console
          .err()
          .println("ripcord: the report could not be written to " + file + ": " + message(e));
    }
  }

  /** What is in the data folder is for its owner; where a person wants a file is theirs to say. */
  private static void folder(Path folder, boolean isOwn) throws IOException {
    if (!isOwn) {
      Files.createDirectories(folder);
      return;
    }
    FileAttribute<Set<PosixFilePermission>> rights = rights("rwx------");
    Files.createDirectories(folder, rights);
    try {
      Files.setPosixFilePermissions(folder, rights.value());
    } catch (FileSystemException ignored) {
      // It belongs to another account, which gave us the right to write there.
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> rights(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  private static String message(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied";
      case FileAlreadyExistsException taken -> taken.getFile() + " is a file, not a folder";
      case FileSystemException other when other.getReason() != null -> other.getReason();
      default -> CommandRunner.message(e);
    };
  }

  /** What a rollback leaves; nothing where none was begun. */
  private static List<String> left(Aftermath left) {
    if (!left.ran()) {
      return List.of();
    }
    List<String> kept = new ArrayList<>();
    left.kept().forEach(each -> kept.add(each.text() + ", restore with: `" + each.command() + "`"));
    kept.addAll(left.backups());
    List<String> lines = new ArrayList<>();
    section(lines, "## What was kept", kept);
    section(lines, "## What remains to be done", left.remaining());
    return lines;
  }

  private static void section(List<String> lines, String title, List<String> items) {
    lines.addAll(List.of("", title, ""));
    if (items.isEmpty()) {
      lines.add("Nothing.");
    }
    items.forEach(item -> lines.add("- " + Printable.lines(item).replace("\n", "\n  ")));
  }

  private List<String> lines() {
    Release release = row.charter().release();
    List<String> lines = new ArrayList<>();
    lines.add(
        "# "
            + release.service()
            + " "
            + release.shownName()
            + ": "
            + row.outcome().map(o -> o.text()).orElse("under way"));
    lines.add("");
    lines.add(Format.sentence(Printable.lines(row.text().orElse(""))));
    lines.add("");
    lines.add("- image: " + release.image().map(Object::toString).orElse(Format.NOTHING));
    lines.add("- before: " + release.previousImage().map(Object::toString).orElse(Format.NOTHING));
    lines.add(
        "- rule: error rate at or above "
            + row.charter().rules().threshold()
            + ", "
            + row.charter().rules().breaches()
            + " breaches, normal when well "
            + row.charter().rules().normal());
    Ratio limit = row.charter().rules().threshold();
    row.charter()
        .before()
        .map(b -> b.text(limit))
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> lines.add("- before the release: " + text));
    lines.addAll(left(Aftermath.of(entries)));
    lines.add("");
    lines.add("## What happened (UTC)");
    lines.add("");
    Optional<WatchProjection> watch = Optional.empty();
    List<String> parts = new ArrayList<>();
    TextReporter story =
        new TextReporter(
            new Ansi(false, true), ZoneOffset.UTC, row.charter()::startedAt, parts::add);
    for (Recorded entry : entries) {
      story.recorded(entry);
      watch = WatchProjection.after(watch, entry);
      Optional<Sample> sample = sample(entry);
      if (sample.isPresent()) {
        String meant =
            watch
                .flatMap(WatchProjection::poll)
                .map(poll -> poll.reading().kind().text())
                .orElse("not judged");
        parts.add(
            Format.clock(entry.at(), ZoneId.of("UTC"))
                + " poll "
                + meant
                + " "
                + FigureText.rateOf(sample.get().counts().orElse(Counts.NONE), limit));
      }
    }
    parts.forEach(t -> lines.add("    " + Printable.lines(t).replace("\n", "\n    ")));
    return lines;
  }
}
