package dev.ripcord.postgres.embedded;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rights of what is in the data folder: for its owner only. */
final class PrivateFiles {
  private static final Logger LOG = LoggerFactory.getLogger(PrivateFiles.class);

  /** A file that only its owner may read. */
  static final FileAttribute<Set<PosixFilePermission>> FILE = rights("rw-------");

  /** A folder that only its owner may enter. */
  static final FileAttribute<Set<PosixFilePermission>> FOLDER = rights("rwx------");

  /** A folder that others may pass through, and see nothing of, on their way to what is theirs. */
  static final FileAttribute<Set<PosixFilePermission>> PASSAGE = rights("rwx--x--x");

  private PrivateFiles() {}

  private static FileAttribute<Set<PosixFilePermission>> rights(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  /**
   * Gives a file or folder these rights, which an older version or another program made wider. What
   * belongs to another account is left as it is: a volume that was given to us by its group.
   */
  static void tighten(Path file, FileAttribute<Set<PosixFilePermission>> rights)
      throws IOException {
    if (!Files.getPosixFilePermissions(file).equals(rights.value())) {
      try {
        Files.setPosixFilePermissions(file, rights.value());
      } catch (FileSystemException e) {
        LOG.debug("the rights of {} stay as they are", file, e);
      }
    }
  }
}
