package dev.ripcord;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A real Docker Engine for tests, one per JVM. As root it is a private one that is started here,
 * with its own socket, data, bridge and addresses, and ended with the JVM; otherwise the machine's
 * own, where it answers. Without either the test is skipped and the reason printed.
 *
 * <p>Call {@link #orSkip()} in each test class; use {@link #name} for everything that is made, so
 * that tests do not meet on a machine's own Engine. {@link #apartOrSkip()} is a second one, for
 * tests that take names and ports as users write them.
 */
public final class DockerEngine {
  private static final long START_SECONDS = 60;
  private static final Path MACHINES_OWN = Path.of("/var/run/docker.sock");
  private static final long PID = ProcessHandle.current().pid();

  /** Started by the first who asks: the holder idiom. */
  private static final class Holder {
    private static final Found FOUND = find();
  }

  private static final class Apart {
    private static final Found FOUND = findApart();
  }

  private record Found(Optional<DockerEngine> engine, String reason) {}

  private final Path socket;

  private DockerEngine(Path socket) {
    this.socket = socket;
  }

  /** The Engine, or a skipped test. */
  public static DockerEngine orSkip() {
    return orSkip(Holder.FOUND);
  }

  /**
   * A private Engine in a network of its own, or a skipped test. Nothing else is in it, so images,
   * containers and ports may have the names that a user gives them; containers reach one another
   * whatever the machine's packet filter says. This JVM reaches it by its socket only.
   */
  public static DockerEngine apartOrSkip() {
    return orSkip(Apart.FOUND);
  }

  private static DockerEngine orSkip(Found found) {
    if (found.engine().isEmpty()) {
      System.out.println("skipped: " + found.reason());
    }
    assumeTrue(found.engine().isPresent(), found.reason());
    return found.engine().orElseThrow();
  }

  /** Where it listens. */
  public Path socket() {
    return socket;
  }

  /** A name that no other test run uses. */
  public String name(String stem) {
    return stem + "-" + PID;
  }

  /** The second number of 10.x.0.0/16, which is this run's own. */
  public static int subnet() {
    return 100 + (int) (PID % 100);
  }

  /** Calls the {@code docker} program, which must end well; gives what it printed. */
  public String docker(String... arguments) {
    Ran ran = tryDocker(arguments);
    if (ran.code() != 0) {
      throw new IllegalStateException(
          "docker " + String.join(" ", arguments) + ": " + ran.code() + "\n" + ran.output());
    }
    return ran.output();
  }

  /** Calls the {@code docker} program. */
  public Ran tryDocker(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker", "--host", "unix://" + socket));
    command.addAll(Arrays.asList(arguments));
    return run(command);
  }

  /**
   * Asks the Engine itself, which costs a tenth of what the {@code docker} program does.
   *
   * @return the status of the answer, and its body
   */
  public Ran call(String method, String path) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      String request = method + " " + path + " HTTP/1.0\r\nHost: docker\r\n\r\n";
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      byte[] bytes = Channels.newInputStream(channel).readAllBytes();
      String answer = new String(bytes, StandardCharsets.UTF_8);
      int status = Integer.parseInt(answer.substring(9, 12));
      return new Ran(status, answer.substring(answer.indexOf("\r\n\r\n") + 4));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes an image that holds {@code sh} and {@code sleep}.
   *
   * @param changes as {@code docker import --change} takes them, such as {@code CMD
   *     ["sleep","600"]}
   */
  public String shellImage(String reference, String... changes) {
    return image(reference, List.of("/bin/sh", "/bin/sleep", "/bin/cat"), changes);
  }

  /** The same with other programs of this machine, each at the place that it has here. */
  public String image(String reference, List<String> programs, String... changes) {
    try (ImageRoot root = new ImageRoot()) {
      programs.forEach(root::program);
      return image(reference, root, changes);
    }
  }

  /** The same of a folder. */
  public String image(String reference, ImageRoot root, String... changes) {
    List<String> call = new ArrayList<>(List.of("import"));
    Arrays.stream(changes).forEach(change -> call.addAll(List.of("--change", change)));
    call.addAll(List.of(root.tar().toString(), reference));
    docker(call.toArray(String[]::new));
    return reference;
  }

  /** What a program that has ended leaves, or an answer. */
  public record Ran(int code, String output) {}

  private static Found find() {
    if (run(List.of("docker", "--version")).code() != 0) {
      return new Found(Optional.empty(), "the docker program is not installed");
    }
    boolean root = "root".equals(System.getProperty("user.name"));
    boolean daemon = run(List.of("dockerd", "--version")).code() == 0;
    if (root && daemon) {
      return start(false);
    }
    DockerEngine own = new DockerEngine(MACHINES_OWN);
    return own.tryDocker("info").code() == 0
        ? new Found(Optional.of(own), "")
        : new Found(
            Optional.empty(),
            "a private Docker Engine needs root and dockerd, and none answers at " + MACHINES_OWN);
  }

  private static Found findApart() {
    boolean root = "root".equals(System.getProperty("user.name"));
    return root && run(List.of("dockerd", "--version")).code() == 0
        ? start(true)
        : new Found(Optional.empty(), "a private Docker Engine needs root and dockerd");
  }

  private static Found start(boolean apart) {
    try {
      Path home = Files.createTempDirectory("ripcord-docker");
      Path log = home.resolve("log");
      List<String> command = new ArrayList<>();
      if (apart) {
        String inside = "ip link set lo up; exec \"$@\"";
        command.addAll(List.of("unshare", "--net", "sh", "-c", inside, "sh"));
      }
      command.addAll(command(home, apart ? Optional.of("none") : bridge()));
      Process daemon =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(new File("/dev/null"))
              .start();
      DockerEngine engine = new DockerEngine(home.resolve("docker.sock"));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> engine.end(daemon, home)));
      boolean up =
          Waiting.until(START_SECONDS, () -> !daemon.isAlive() || engine.answers())
              && engine.answers();
      return up
          ? new Found(Optional.of(engine), "")
          : new Found(Optional.empty(), "dockerd does not start: " + lastLine(log));
    } catch (IOException e) {
      return new Found(Optional.empty(), "dockerd does not start: " + e);
    }
  }

  /**
   * A bridge of its own, because dockerds on one machine would otherwise share docker0 and its
   * addresses; without the ip program it is docker0 after all. Published ports are served by
   * docker's own proxy, so that no packet filter is touched.
   */
  private static List<String> command(Path home, Optional<String> bridge) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "dockerd",
                "--host",
                "unix://" + home.resolve("docker.sock"),
                "--data-root",
                home.resolve("data").toString(),
                "--exec-root",
                home.resolve("exec").toString(),
                "--pidfile",
                home.resolve("pid").toString(),
                "--iptables=false",
                "--ip6tables=false",
                "--ip-masq=false"));
    bridge.ifPresent(name -> command.addAll(List.of("--bridge", name)));
    return command;
  }

  private static String bridgeName() {
    return "rip" + PID;
  }

  private static Optional<String> bridge() {
    String address = "10." + subnet() + ".0.1/17";
    boolean made =
        ip("link", "add", "name", bridgeName(), "type", "bridge")
            && ip("addr", "add", address, "dev", bridgeName())
            && ip("link", "set", bridgeName(), "up");
    return made ? Optional.of(bridgeName()) : Optional.empty();
  }

  private static boolean ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(Arrays.asList(arguments));
    return run(command).code() == 0;
  }

  private boolean answers() {
    return Files.exists(socket) && tryDocker("version").code() == 0;
  }

  private void end(Process daemon, Path home) {
    String all = tryDocker("ps", "-aq").output().strip();
    if (daemon.isAlive() && !all.isEmpty()) {
      List<String> remove = new ArrayList<>(List.of("rm", "-f", "-v"));
      all.lines().forEach(remove::add);
      tryDocker(remove.toArray(String[]::new));
    }
    daemon.destroy();
    try {
      daemon.onExit().get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      daemon.destroyForcibly();
    }
    ip("link", "del", bridgeName());
    run(List.of("sh", "-c", "umount " + home.resolve("exec/netns") + "/*"));
    delete(home);
  }

  static Ran run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Ran(process.waitFor(), output);
    } catch (IOException e) {
      return new Ran(127, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Ran(130, "interrupted");
    }
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return lines.isEmpty() ? "it says nothing" : lines.getLast();
  }

  static void delete(Path root) {
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      System.out.println("left over: " + root + ": " + e.getMessage());
    }
  }
}
