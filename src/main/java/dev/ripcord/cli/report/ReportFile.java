package dev.ripcord.cli.report;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Writes a document to a file whole or not at all: it is written beside it and then takes its
 * place, so that nobody reads half of one.
 */
final class ReportFile {
  private static final FileAttribute<Set<PosixFilePermission>> OWN_FOLDER = rights("rwx------");
  private static final FileAttribute<Set<PosixFilePermission>> OWN_FILE = rights("rw-------");

  private ReportFile() {}

  /** Where a person wants it; the folder is made. What is no plain file is written to as it is. */
  static void write(Path file, String text) throws IOException {
    Path place = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path folder = parent(place);
    Files.createDirectories(folder);
    boolean isPlain = !Files.exists(place) || Files.isRegularFile(place);
    if (!isPlain || !Files.isWritable(folder)) {
      Files.writeString(place, text);
      return;
    }
    replace(place, beside(place), text);
  }

  /** Within our own data: folder and file are for their owner. */
  static void writeOwn(Path file, String text) throws IOException {
    Path folder = parent(file.toAbsolutePath());
    Files.createDirectories(folder, OWN_FOLDER);
    try {
      Files.setPosixFilePermissions(folder, OWN_FOLDER.value());
    } catch (FileSystemException ignored) {
      // It belongs to another account, which gave us the right to write there.
    }
    Path beside = beside(file.toAbsolutePath());
    Files.deleteIfExists(beside);
    replace(file.toAbsolutePath(), Files.createFile(beside, OWN_FILE), text);
  }

  private static void replace(Path place, Path beside, String text) throws IOException {
    try {
      Files.writeString(beside, text);
      Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private static Path beside(Path place) {
    return place.resolveSibling(
        "." + place.getFileName() + "." + ProcessHandle.current().pid() + ".new");
  }

  private static Path parent(Path absolute) throws IOException {
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new NoSuchFileException(absolute.toString(), null, "is no file");
    }
    return parent;
  }

  private static FileAttribute<Set<PosixFilePermission>> rights(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }
}
