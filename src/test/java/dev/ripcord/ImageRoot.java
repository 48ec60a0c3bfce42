package dev.ripcord;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The folder of which an image is made where no registry is: programs of this machine with their
 * libraries, whole folders, and files that a test writes. Gone when it is closed.
 */
public final class ImageRoot implements AutoCloseable {
  private final Path home;
  private final Path root;

  /** An empty one. */
  public ImageRoot() {
    try {
      home = Files.createTempDirectory("ripcord-image");
      root = home.resolve("root");
      folder("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A program, or a library, at the place that it has here, with the libraries that it needs. */
  public ImageRoot program(String program) {
    copy(Path.of(program));
    String needs = DockerEngine.run(List.of("ldd", program)).output();
    Matcher library = Pattern.compile("(/\\S+)\\s+\\(0x").matcher(needs);
    while (library.find()) {
      copy(Path.of(library.group(1)));
    }
    return this;
  }

  /** A library by its name, from where this machine has it; nothing where it has none. */
  public ImageRoot library(String name) {
    String known = DockerEngine.run(List.of("ldconfig", "-p")).output();
    Matcher place = Pattern.compile(Pattern.quote(name) + " .*=> (/\\S+)").matcher(known);
    return place.find() ? program(place.group(1)) : this;
  }

  /** A whole folder at the place that it has here, but for files of these names. */
  public ImageRoot tree(Path folder, String... without) {
    String part = home.resolve("part.tar").toString();
    List<String> pack = new ArrayList<>(List.of("tar", "-C", "/", "-chf", part));
    Arrays.stream(without).forEach(name -> pack.add("--exclude=" + name));
    pack.add(folder.toString().substring(1));
    check(pack.toArray(String[]::new));
    check("tar", "-C", root.toString(), "-xf", part);
    return this;
  }

  /** A file with this text, which everybody may read and run. */
  public ImageRoot file(String place, String text) {
    try {
      Path file = root.resolve(place.substring(1));
      folder(place.substring(0, place.lastIndexOf('/')));
      Files.writeString(file, text);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** A folder that belongs to a user. */
  public ImageRoot folder(String place, int user) {
    folder(place);
    check("chown", Integer.toString(user), root.resolve(place.substring(1)).toString());
    return this;
  }

  /** All of it. */
  Path tar() {
    Path tar = home.resolve("root.tar");
    check("chmod", "-R", "a+rX", root.toString());
    check("tar", "-C", root.toString(), "-cf", tar.toString(), ".");
    return tar;
  }

  /** Folders that everybody may enter, whatever the umask of who runs the tests. */
  private void folder(String place) {
    try {
      Path folder = root;
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      for (Path name : Path.of(place.startsWith("/") ? place.substring(1) : place)) {
        folder = folder.resolve(name);
        if (!Files.exists(folder)) {
          Files.createDirectory(folder);
          Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void copy(Path file) {
    Path to = root.resolve(file.toString().substring(1));
    folder(file.toString().substring(0, file.toString().lastIndexOf('/')));
    try {
      if (!Files.exists(to)) {
        Files.copy(file.toRealPath(), to, StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(String... command) {
    DockerEngine.Ran ran = DockerEngine.run(List.of(command));
    if (ran.code() != 0) {
      throw new IllegalStateException(ran.output());
    }
  }

  @Override
  public void close() {
    DockerEngine.delete(home);
  }
}
