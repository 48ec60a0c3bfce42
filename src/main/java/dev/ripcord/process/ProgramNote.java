package dev.ripcord.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file that says which program runs for somebody. A program goes on when the process that called
 * it is killed; whoever calls the next one finds it by this note, and ends or awaits it first, so
 * that two never run at once.
 *
 * <p>The program writes its own process id before it becomes the program, so that there is no
 * moment at which it runs and is not noted. A process id that was given to another process
 * meanwhile is told apart by the time at which that one started. The note is good on one machine.
 *
 * @param file where it is; its folder is made when it is needed, for this user alone
 */
public record ProgramNote(Path file) {
  /** Notes the process id in the file that comes first, then becomes the program behind it. */
  private static final String NOTING =
      "{ printf '%s\\n' \"$$\" >\"$0\"; } 2>/dev/null; exec \"$@\"";

  /** The clock that stamps files and the one that stamps processes may differ by so much. */
  private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(2);

  /** The command that notes itself and then is the given one. Blocks for a folder that is made. */
  public List<String> noting(List<String> command) {
    try {
      makeFolder();
    } catch (IOException | UnsupportedOperationException e) {
      // Without a note the program runs all the same: a rollback is worth more than the note.
      return command;
    }
    List<String> noting = new ArrayList<>(List.of("sh", "-c", NOTING, file.toString()));
    noting.addAll(command);
    return List.copyOf(noting);
  }

  private void makeFolder() throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /**
   * The program that was noted, where it still runs. Empty too where the note cannot be read.
   * Blocks for a small file.
   */
  public Optional<ProcessHandle> running() {
    try {
      long pid = Long.parseLong(Files.readString(file).strip());
      Instant noted = Files.getLastModifiedTime(file).toInstant();
      return ProcessHandle.of(pid)
          .filter(ProcessTree::isRunning)
          .filter(
              process ->
                  process
                      .info()
                      .startInstant()
                      .map(start -> !start.isAfter(noted.plus(CLOCKS_DIFFER)))
                      .orElse(false));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
