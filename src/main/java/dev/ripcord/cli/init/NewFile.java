package dev.ripcord.cli.init;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes a file that is not there yet, whole or not at all. */
final class NewFile {
  private NewFile() {}

  /**
   * Writes it beside its place first; its folder is made.
   *
   * @throws FileAlreadyExistsException where something has its name, which is left alone
   */
  static void write(Path file, String text) throws IOException {
    Path place = file.toAbsolutePath();
    Path folder = place.getParent();
    if (folder == null) {
      throw new NoSuchFileException(file.toString(), null, "is no file");
    }
    Files.createDirectories(folder);
    Path beside =
        place.resolveSibling(
            "." + place.getFileName() + "." + ProcessHandle.current().pid() + ".new");
    try {
      Files.writeString(beside, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      appear(beside, place);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** A link never takes the place of a file, which a move may do; not every disk knows links. */
  private static void appear(Path beside, Path place) throws IOException {
    try {
      Files.createLink(place, beside);
    } catch (FileAlreadyExistsException taken) {
      throw taken;
    } catch (UnsupportedOperationException | FileSystemException noLinks) {
      Files.move(beside, place);
    }
  }
}
