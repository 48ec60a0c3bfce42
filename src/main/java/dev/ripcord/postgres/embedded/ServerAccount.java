package dev.ripcord.postgres.embedded;

import com.sun.security.auth.module.UnixSystem;
import dev.ripcord.port.JournalException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The account that the embedded server runs under. PostgreSQL refuses to run as root, so for root
 * it is either a user namespace, in which root is nobody special and the files stay root's, or,
 * where the system does not allow one (a container, mostly), the account {@code postgres}, to which
 * the files are then given. Never {@code nobody}, as which other services run: they could read the
 * journal.
 *
 * @param prefix what stands before each command
 * @param other the account that the files must belong to, when it is not our own
 */
record ServerAccount(List<String> prefix, Optional<Ids> other) {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final List<String> NAMESPACE = List.of("unshare", "-U");

  /**
   * A user and a group by number.
   *
   * @param user its number
   * @param group its number
   */
  record Ids(int user, int group) {}

  /**
   * Chooses the account for a cluster: the owner of what is there, else what works here.
   *
   * @param cluster the folder of the cluster, which need not exist
   */
  static ServerAccount forCluster(Path cluster) {
    if (new UnixSystem().getUid() != 0) {
      return new ServerAccount(List.of(), Optional.empty());
    }
    Ids owner = Files.exists(cluster) ? ids(cluster) : new Ids(0, 0);
    if (owner.user() != 0) {
      if (lookUp("nobody").filter(nobody -> nobody.user() == owner.user()).isPresent()) {
        throw new JournalException(
            cluster
                + " belongs to the account nobody, as which other services may run and read it:"
                + " give it to an account of its own (chown -R postgres "
                + cluster
                + "), "
                + EmbeddedServer.OR_YOUR_OWN);
      }
      return as(owner);
    }
    if (works(NAMESPACE)) {
      return new ServerAccount(NAMESPACE, Optional.empty());
    }
    return lookUp("postgres")
        .map(ServerAccount::as)
        .orElseThrow(
            () ->
                new JournalException(
                    "PostgreSQL refuses to run as root, and neither a user namespace nor an account"
                        + " postgres is there: run ripcord as an ordinary user, make the account, "
                        + EmbeddedServer.OR_YOUR_OWN));
  }

  private static ServerAccount as(Ids ids) {
    return new ServerAccount(
        List.of(
            "setpriv", "--reuid=" + ids.user(), "--regid=" + ids.group(), "--clear-groups", "--"),
        Optional.of(ids));
  }

  /** A command under this account. */
  List<String> command(String... words) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(List.of(words));
    return all;
  }

  /** Gives files to the account, when it is not our own. */
  void give(Path folder) throws IOException {
    if (other.isEmpty()) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.forEach(file -> give(file, other.get()));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void give(Path file, Ids ids) {
    try {
      Files.setAttribute(file, "unix:gid", ids.group());
      Files.setAttribute(file, "unix:uid", ids.user());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checks that the account can come into a folder. */
  void checkReach(Path folder) {
    if (other.isPresent()
        && !Program.run(command("test", "-x", folder.toString()), DEADLINE).isGood()) {
      throw new JournalException(
          folder
              + " cannot be entered by the account number "
              + other.get().user()
              + ", under which PostgreSQL must run because it refuses root: put `data` where every"
              + " account may go, such as /var/lib/ripcord, run ripcord as an ordinary user, "
              + EmbeddedServer.OR_YOUR_OWN);
    }
  }

  private static boolean works(List<String> prefix) {
    List<String> command = new ArrayList<>(prefix);
    command.add("true");
    try {
      return Program.run(command, DEADLINE).isGood();
    } catch (JournalException e) {
      return false;
    }
  }

  private static Ids ids(Path file) {
    try {
      return new Ids(
          (int) Files.getAttribute(file, "unix:uid"), (int) Files.getAttribute(file, "unix:gid"));
    } catch (IOException e) {
      throw new JournalException(file + " cannot be looked at: " + e.getMessage(), e);
    }
  }

  private static Optional<Ids> lookUp(String name) {
    Program.Result user = Program.run(List.of("id", "-u", name), DEADLINE);
    Program.Result group = Program.run(List.of("id", "-g", name), DEADLINE);
    return user.isGood() && group.isGood()
        ? Optional.of(new Ids(Integer.parseInt(user.output()), Integer.parseInt(group.output())))
        : Optional.empty();
  }
}
