package dev.ripcord.platform;

import dev.ripcord.port.PlatformException;
import dev.ripcord.release.ShellWord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files of a directory platform: {@code releases/NAME}, the link {@code current}, and, only
 * while a switch is under way, a note of what the link pointed to before. Every method blocks.
 */
final class ReleaseFolders {
  private static final int NAMES_SHOWN = 10;

  private final Path path;

  ReleaseFolders(Path path) {
    this.path = path.toAbsolutePath().normalize();
  }

  Path path() {
    return path;
  }

  private Path link() {
    return path.resolve("current");
  }

  private Path note() {
    return path.resolve(".ripcord-before");
  }

  Path release(String name) {
    return path.resolve("releases").resolve(name);
  }

  /** Whether a text is the name of one folder, and leads nowhere else. */
  static boolean isName(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.indexOf('/') < 0
        && name.indexOf('\0') < 0;
  }

  boolean holds(String name) {
    return isName(name) && Files.isDirectory(release(name));
  }

  /** Why a release cannot be put in place. */
  String absence(String name) {
    if (!isName(name)) {
      return "\"%s\" is not the name of a folder in %s: it must not lead elsewhere"
          .formatted(name, path.resolve("releases"));
    }
    return "there is no folder %s; there are: %s".formatted(release(name), names());
  }

  private String names() {
    try (Stream<Path> folders = Files.list(path.resolve("releases"))) {
      List<String> names =
          folders
              .filter(Files::isDirectory)
              .map(f -> String.valueOf(f.getFileName()))
              .sorted()
              .limit(NAMES_SHOWN)
              .toList();
      return names.isEmpty() ? "none" : String.join(", ", names);
    } catch (IOException | UncheckedIOException e) {
      return "none that can be listed (" + e.getMessage() + ")";
    }
  }

  /** What the link says, as it stands in it. */
  Path target() {
    try {
      return Files.readSymbolicLink(link());
    } catch (IOException | UnsupportedOperationException e) {
      String shown = ShellWord.of(link().toString());
      boolean there = Files.exists(link(), LinkOption.NOFOLLOW_LINKS);
      throw new PlatformException(
          there
              ? "%s is not a symbolic link to a folder in releases; make it one: ln -sfn releases/NAME %s"
                  .formatted(link(), shown)
              : "there is no link %s; make it: ln -s releases/NAME %s".formatted(link(), shown),
          e);
    }
  }

  /** The last name of what the link says. */
  static String nameOf(Path target) {
    return String.valueOf(target.normalize().getFileName());
  }

  /** What the link said before a switch that has not been finished. */
  Optional<Path> before() {
    try {
      return Optional.of(Path.of(Files.readString(note()).strip()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("read", note(), e);
    }
  }

  /** Notes what the link says, then points it to a release, in the same style as before. */
  void begin(String name) {
    Path target = target();
    try {
      Path draft = path.resolve(".ripcord-before.new");
      Files.writeString(draft, target + "\n");
      Files.move(draft, note(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failed("write", note(), e);
    }
    point(target.isAbsolute() ? release(name) : Path.of("releases", name));
  }

  /** Puts another link in its place, in one step: at no time there is none. */
  void point(Path target) {
    Path draft = path.resolve(".ripcord-current");
    try {
      Files.deleteIfExists(draft);
      Files.createSymbolicLink(draft, target);
      Files.move(draft, link(), StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw failed("replace in one step", link(), e);
    } catch (IOException e) {
      throw failed("replace", link(), e);
    }
  }

  /** Forgets the note: the switch is finished. */
  void finish() {
    try {
      Files.deleteIfExists(note());
    } catch (IOException e) {
      throw failed("remove", note(), e);
    }
  }

  private static PlatformException failed(String what, Path file, IOException cause) {
    return new PlatformException(
        "cannot %s %s: %s; may this user write there?".formatted(what, file, cause), cause);
  }
}
