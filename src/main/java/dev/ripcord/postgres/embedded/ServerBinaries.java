package dev.ripcord.postgres.embedded;

import com.sun.security.auth.module.UnixSystem;
import dev.ripcord.port.JournalException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's own programs, which come inside a library and are unpacked once per machine.
 *
 * <p>Unpacked beside their place and then renamed, so that two processes may do it at once and a
 * half-unpacked folder is never used. What others could have changed is not used either.
 *
 * @param folder where {@code bin} is
 * @param own whether they came with the program; others may be older
 */
public record ServerBinaries(Path folder, boolean own) {
  private static final Pattern MAJOR = Pattern.compile("\\) (\\d+)");
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(ServerBinaries.class);

  /** A program, such as {@code initdb}. */
  String program(String name) {
    return folder.resolve("bin").resolve(name).toString();
  }

  /** Those of a major version that this machine's packages have installed. */
  public static Optional<ServerBinaries> installed(int major) {
    return Stream.of(
            "/usr/lib/postgresql/",
            "/usr/pgsql-",
            "/opt/homebrew/opt/postgresql@",
            "/usr/local/opt/postgresql@")
        .map(place -> Path.of(place + major))
        .filter(
            place ->
                Stream.of("initdb", "pg_ctl", "postgres")
                    .allMatch(name -> Files.isExecutable(place.resolve("bin").resolve(name))))
        .map(place -> new ServerBinaries(place, false))
        .findFirst();
  }

  /** Which major version they are. */
  public int major() {
    Program.Result result = Program.run(List.of(program("postgres"), "--version"), DEADLINE);
    Matcher found = MAJOR.matcher(result.output());
    if (!found.find()) {
      throw new JournalException(program("postgres") + " does not say its version");
    }
    return Integer.parseInt(found.group(1));
  }

  /** Where they are kept for all data folders of an account. */
  public static Path cache() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return base.resolve("ripcord");
  }

  /**
   * Unpacks them if that has not happened before.
   *
   * @param preferred where; made if need be
   * @param otherwise where, when that cannot be written
   */
  public static ServerBinaries unpacked(Path preferred, Path otherwise) {
    String name = archive();
    URL archive = ServerBinaries.class.getResource("/" + name);
    if (archive == null) {
      throw new JournalException(
          "no PostgreSQL for this machine is part of this build ("
              + name
              + " is missing): build it here with `mvn package`, "
              + EmbeddedServer.OR_YOUR_OWN);
    }
    try {
      String folder = "postgres-" + fingerprint(archive);
      boolean mayBeForeign = false;
      for (Path place : new Path[] {preferred, otherwise}) {
        Path there = place.resolve(folder);
        if (Files.isDirectory(there)) {
          if (isOurs(there)) {
            return new ServerBinaries(there, true);
          }
          mayBeForeign = true;
          LOG.warn("{} belongs to another account or may be changed by others: not used", there);
        }
      }
      String own = folder + (mayBeForeign ? "-own" + new UnixSystem().getUid() : "");
      Path target = place(preferred, otherwise).resolve(own);
      if (!mayBeForeign || !Files.isDirectory(target)) {
        return new ServerBinaries(unpack(archive, target), true);
      }
      if (!isOurs(target)) {
        throw new JournalException(
            target + " holds PostgreSQL's programs and may be changed by others: remove it");
      }
      return new ServerBinaries(target, true);
    } catch (IOException e) {
      throw EmbeddedServer.failure("unpack PostgreSQL into " + preferred, e);
    }
  }

  /**
   * Whether nobody but this account and root could have put a program there: they are run with our
   * rights, and a name in a folder that others may write proves nothing.
   */
  private static boolean isOurs(Path folder) throws IOException {
    int uid = (int) new UnixSystem().getUid();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.isSymbolicLink(file)) {
          continue;
        }
        int owner = (int) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        boolean isOpen =
            Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)
                .contains(PosixFilePermission.OTHERS_WRITE);
        if ((owner != uid && owner != 0) || isOpen) {
          return false;
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return true;
  }

  private static Path place(Path preferred, Path otherwise) throws IOException {
    try {
      Files.createDirectories(preferred);
      if (Files.isWritable(preferred)) {
        return preferred;
      }
    } catch (FileSystemException e) {
      LOG.debug("{} cannot hold PostgreSQL's programs", preferred, e);
    }
    return Files.createDirectories(otherwise);
  }

  private static String archive() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return "postgres-%s-%s.txz"
        .formatted(
            os.startsWith("mac") ? "darwin" : os.replace(' ', '-'),
            switch (arch) {
              case "amd64", "x86_64" -> "x86_64";
              case "aarch64", "arm64" -> "arm_64";
              default -> arch;
            });
  }

  /** Tells one content from another; read from the library's index, so that it costs nothing. */
  private static String fingerprint(URL archive) throws IOException {
    URLConnection connection = archive.openConnection();
    if (connection instanceof JarURLConnection jar) {
      return "%08x-%d".formatted(jar.getJarEntry().getCrc(), jar.getJarEntry().getSize());
    }
    return Long.toString(connection.getContentLengthLong());
  }

  private static Path unpack(URL archive, Path target) throws IOException {
    removeLeftovers(target);
    LOG.info("unpacking PostgreSQL into {}, once", target);
    Path half = half(target, ProcessHandle.current().pid());
    deleteTree(half);
    try {
      unpackAll(archive, half);
      Files.move(half, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      deleteTree(half);
      if (!Files.isDirectory(target)) { // Else another process was faster.
        throw e;
      }
    }
    return target;
  }

  private static void unpackAll(URL archive, Path folder) throws IOException {
    try (TarArchiveInputStream in =
        new TarArchiveInputStream(
            new XZInputStream(new BufferedInputStream(archive.openStream())))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        unpack(entry, in, folder);
      }
    }
  }

  private static void unpack(TarArchiveEntry entry, InputStream content, Path folder)
      throws IOException {
    Path file = folder.resolve(entry.getName()).normalize();
    if (!file.startsWith(folder)) {
      throw new IOException(entry.getName() + " leads out of the archive");
    }
    // Static libraries are for building against PostgreSQL.
    if (entry.getName().endsWith(".a")) {
      return;
    }
    Files.createDirectories(entry.isDirectory() ? file : file.resolveSibling("."));
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
    } else if (!entry.isDirectory()) {
      Files.copy(content, file);
      boolean program = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          file, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }

  private static Path half(Path target, long pid) {
    return target.resolveSibling(target.getFileName() + ".half-" + pid);
  }

  /** What processes that were killed while they unpacked have left. */
  private static void removeLeftovers(Path target) throws IOException {
    try (DirectoryStream<Path> halves =
        Files.newDirectoryStream(target.resolveSibling("."), target.getFileName() + ".half-*")) {
      for (Path half : halves) {
        String name = half.getFileName().toString();
        long pid = Long.parseLong(name.substring(name.lastIndexOf('-') + 1));
        if (ProcessHandle.of(pid).isEmpty()) {
          deleteTree(half);
        }
      }
    }
  }

  /** Deletes a folder and everything in it, if it is there. */
  public static void deleteTree(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList().reversed()) {
        Files.delete(file);
      }
    }
  }
}
