package dev.ripcord.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ripcord.DockerEngine;
import dev.ripcord.ImageRoot;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** What would come from a registry, made of what this machine has. */
final class StandInImages {
  /**
   * As the official image begins: the first time, a server on the socket alone makes the database
   * and runs what people gave it, is stopped, and only then the one for everybody starts.
   */
  private static final String POSTGRES =
      """
      set -e
      data=/var/lib/postgresql/18/docker
      if [ ! -e $data/PG_VERSION ]; then
        echo "$POSTGRES_PASSWORD" > /tmp/password
        initdb -D $data -U "$POSTGRES_USER" --pwfile=/tmp/password -A scram-sha-256 --auth-local=trust --no-sync
        echo 'host all all all scram-sha-256' >> $data/pg_hba.conf
        pg_ctl -D $data -w -o '-c listen_addresses= -c fsync=off' start
        psql -U "$POSTGRES_USER" -d postgres -c "CREATE DATABASE $POSTGRES_DB"
        sleep 2.5
        pg_ctl -D $data -w -m fast stop
      fi
      exec postgres -D $data -c 'listen_addresses=*' -c fsync=off
      """;

  /** A page of counters: twenty requests more each tenth of a second, ERRORS of them bad. */
  static final String SHOP =
      """
      trap 'exit 0' TERM
      mkdir -p /www
      echo ok > /www/health
      busybox httpd -p 8080 -h /www
      good=0
      bad=0
      while :; do
        bad=$((bad + ERRORS))
        good=$((good + 20 - ERRORS))
        printf 'http_requests_total{status="200"} %d\\nhttp_requests_total{status="500"} %d\\n' $good $bad > /www/new
        busybox mv /www/new /www/metrics
        busybox sleep 0.1 &
        wait $!
      done
      """;

  private static final int POSTGRES_USER = 999;
  private static final int RIPCORD_USER = 10001;
  private static final Path LOCALE = Path.of("/usr/lib/locale/C.utf8");

  private final DockerEngine engine;

  StandInImages(DockerEngine engine) {
    this.engine = engine;
  }

  /** The folder of this machine's PostgreSQL, with busybox beside it, or a skipped test. */
  static Path postgresOrSkip() {
    Path place = Path.of("/usr/lib/postgresql");
    try (Stream<Path> versions = Files.isDirectory(place) ? Files.list(place) : Stream.of()) {
      Optional<Path> newest =
          versions
              .filter(v -> Files.isExecutable(v.resolve("bin/initdb")))
              .max(Comparator.comparing(Path::toString));
      assumeTrue(newest.isPresent(), "the host has no PostgreSQL (Debian: postgresql)");
      assumeTrue(busybox().isPresent(), "busybox is not installed, of which the container is made");
      return newest.orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> busybox() {
    return Stream.of("/bin/busybox", "/usr/bin/busybox")
        .filter(f -> Files.exists(Path.of(f)))
        .findFirst();
  }

  /** PostgreSQL of this machine's own version. */
  void postgres(String reference, Path version) {
    try (ImageRoot root = new ImageRoot()) {
      Stream.of("sh", "cat", "sleep").forEach(name -> root.program("/bin/" + name));
      Stream.of("postgres", "initdb", "pg_ctl", "pg_isready", "psql")
          .forEach(name -> root.program(version.resolve("bin/" + name).toString()));
      root.tree(version.resolve("lib"), "bitcode")
          .tree(Path.of("/usr/share/postgresql").resolve(version.getFileName()), "man", "contrib")
          .tree(Path.of("/usr/share/zoneinfo/UTC"))
          .file("/etc/passwd", "postgres:x:%d:0::/:/bin/sh\n".formatted(POSTGRES_USER))
          .file("/begin", POSTGRES)
          .folder("/tmp", POSTGRES_USER)
          .folder("/var/run/postgresql", POSTGRES_USER)
          .folder("/var/lib/postgresql", POSTGRES_USER);
      engine.image(
          reference,
          root,
          "ENV PATH=" + version.resolve("bin") + ":/bin:/usr/bin",
          "USER " + POSTGRES_USER,
          "CMD [\"sh\",\"/begin\"]");
    }
  }

  /** A service whose release answers some of twenty requests with an error. */
  void shop(String reference, int errors) {
    try (ImageRoot root = new ImageRoot()) {
      root.program(busybox().orElseThrow()).file("/shop", SHOP);
      engine.image(
          reference,
          root,
          "ENV PATH=/bin:/usr/bin",
          "ENV ERRORS=" + errors,
          "CMD [\"busybox\",\"sh\",\"/shop\"]");
    }
  }

  /** Our own Dockerfile, on a base without Java; the folder is for what it copies. */
  void ripcord(String reference, Path context) {
    String base = "base:glibc";
    try (ImageRoot root = new ImageRoot()) {
      Stream.of("bash", "sh", "cat", "mkdir", "ln", "rm", "chown", "chmod", "readlink", "tar")
          .forEach(name -> root.program("/bin/" + name));
      root.program("/bin/gzip").library("libstdc++.so.6");
      Stream.of("libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1").forEach(root::library);
      root.file("/etc/passwd", "root:x:0:0::/:/bin/sh\n")
          .file("/etc/group", "root:x:0:\n")
          .folder("/usr/local/bin", 0)
          .folder("/tmp", RIPCORD_USER);
      if (Files.isDirectory(LOCALE)) {
        root.tree(LOCALE);
      }
      engine.image(base, root, "ENV PATH=/usr/local/bin:/usr/bin:/bin");
    }
    try {
      build(base, reference, context);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With a package of the classes under test and what they are tested with. */
  private void build(String base, String reference, Path context) throws IOException {
    Path home = Files.createDirectories(context.resolve("package/ripcord-0"));
    Path libraries = Files.createDirectories(home.resolve("lib"));
    StringBuilder path = new StringBuilder();
    Path classes = Path.of("target", "classes");
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path from = Path.of(entry);
      if (Files.isRegularFile(from)) {
        Files.copy(
            from, libraries.resolve(from.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        path.append("lib/").append(from.getFileName()).append(' ');
      }
    }
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "dev.ripcord.Main");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, path.toString());
    Path manifestFile = context.resolve("MANIFEST.MF");
    try (var out = Files.newOutputStream(manifestFile)) {
      manifest.write(out);
    }
    String to = home.resolve("ripcord.jar").toString();
    tool("jar", "-cfm", to, manifestFile.toString(), "-C", classes + "", ".");
    String jlink = Path.of(System.getProperty("java.home"), "bin", "jlink").toString();
    run(jlink, "@src/dist/runtime.args", "--output", home.resolve("runtime").toString());
    Files.createDirectories(home.resolve("bin"));
    Files.copy(
        Path.of("src/dist/ripcord"),
        home.resolve("bin/ripcord"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Path tar = Files.createDirectories(context.resolve("target"));
    run(
        "tar",
        "--use-compress-program=gzip -1",
        "-cf",
        tar.resolve("ripcord-0-linux-this.tar.gz").toString(),
        "-C",
        context.resolve("package").toString(),
        "ripcord-0");
    Files.copy(Path.of("Dockerfile"), context.resolve("Dockerfile"));
    engine.docker("build", "--build-arg", "BASE=" + base, "-t", reference, context.toString());
  }

  private static void run(String... command) throws IOException {
    int code = new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue();
    if (code != 0) {
      throw new IllegalStateException(command[0] + ": " + code);
    }
  }

  private static void tool(String name, String... arguments) {
    int code = ToolProvider.findFirst(name).orElseThrow().run(System.out, System.err, arguments);
    if (code != 0) {
      throw new IllegalStateException(name + ": " + code);
    }
  }
}
