package dev.ripcord;

import dev.ripcord.cli.AotTraining;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The program as its launcher starts it: a jar, and a cache of its classes that one rehearsal made.
 * Both are made once for the whole test run, by the first test that asks; without the cache each
 * process would spend half of its life on loading classes.
 */
public final class Program {
  private static final long TRAINING_SECONDS = 120;

  private static final Collector<CharSequence, ?, String> SEPARATED =
      Collectors.joining(File.pathSeparator);

  private Program() {}

  /** Made by the first test that asks, deleted with the JVM. */
  private static final class Shared {
    static final List<String> COMMAND = made();
  }

  /** What starts the program; its arguments come behind. */
  public static List<String> command() {
    return command(Main.class);
  }

  /** The same for another main class of the program or of the tests. */
  public static List<String> command(Class<?> main) {
    List<String> command = new ArrayList<>(Shared.COMMAND);
    command.add(main.getName());
    return command;
  }

  /** What starts the program and, when it ends by itself or at SIGTERM, leaves such a cache. */
  public static List<String> training(Path cache) {
    return withCache("-XX:AOTCacheOutput=" + cache);
  }

  /** What starts the program with a cache that {@link #training} left. */
  public static List<String> trained(Path cache) {
    return withCache("-XX:AOTCache=" + cache);
  }

  /** Without the folders of the tests, which no cache may know. */
  private static List<String> withCache(String cache) {
    String path = Shared.COMMAND.getLast();
    String jar = path.substring(0, path.indexOf(File.pathSeparatorChar));
    List<String> command = new ArrayList<>(java(jar + File.pathSeparator + jars(), cache));
    command.add(Main.class.getName());
    return command;
  }

  private static List<String> made() {
    try {
      Path folder = Files.createTempDirectory("ripcord-test-program");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> TestPostgres.delete(folder)));
      Path jar = folder.resolve("ripcord.jar");
      Path classes =
          Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      pack(classes, jar);
      Path cache = folder.resolve("ripcord.aot");
      rehearse(folder, jar, cache);
      String path = Stream.of(jar.toString(), jars(), folders(classes)).collect(SEPARATED);
      return java(path, "-XX:AOTCache=" + cache);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A cache that cannot be made or used is passed over by the JVM without a word. */
  private static List<String> java(String classPath, String cache) {
    return List.of(
        ProcessHandle.current().info().command().orElseThrow(),
        cache,
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xlog:disable",
        "-Xlog:all=error,aot*=off,cds*=off:stderr",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-Dstdout.encoding=UTF-8",
        "-Dstderr.encoding=UTF-8",
        "-cp",
        classPath);
  }

  /** The libraries, which the cache may know. */
  private static String jars() {
    return classPath().filter(Files::isRegularFile).map(Path::toString).collect(SEPARATED);
  }

  /** The folders of the tests; what is in the program's own folder is in the jar. */
  private static String folders(Path own) {
    return classPath()
        .filter(Files::isDirectory)
        .filter(each -> !each.toAbsolutePath().equals(own.toAbsolutePath()))
        .map(Path::toString)
        .collect(SEPARATED);
  }

  private static Stream<Path> classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(Path::of);
  }

  private static void rehearse(Path folder, Path jar, Path cache) throws IOException {
    List<String> command =
        new ArrayList<>(java(jar + File.pathSeparator + jars(), "-XX:AOTCacheOutput=" + cache));
    command.add(AotTraining.class.getName());
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("rehearsal.log").toFile())
            .start();
    try {
      if (!process.waitFor(TRAINING_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (Stream<Path> all = Files.walk(classes);
        OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream out = new ZipOutputStream(file)) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new ZipEntry(classes.relativize(each).toString().replace('\\', '/')));
        Files.copy(each, out);
      }
    }
  }
}
