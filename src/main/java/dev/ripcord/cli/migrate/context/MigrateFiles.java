package dev.ripcord.cli.migrate.context;

import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.SourceFile;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files of migrations, read from the disk; what cannot be read stops the subcommand. */
public final class MigrateFiles {
  private MigrateFiles() {}

  /** Reads a folder of migrations, with the team's queries in it. */
  static Folder folder(Path dir, Tool tool) {
    if (!Files.isDirectory(dir)) {
      throw new ExitException(
          ExitCode.USAGE,
          "there is no folder "
              + dir
              + "; name the folder of migrations with --dir, or as migrations.dir of the service in"
              + " the configuration");
    }
    List<SourceFile> files = new ArrayList<>(files(dir));
    Path verify = dir.resolve(Folder.VERIFY);
    if (Files.isDirectory(verify)) {
      for (SourceFile file : files(verify)) {
        files.add(new SourceFile(Folder.VERIFY + "/" + file.name(), file.text()));
      }
    }
    return Folder.of(files, tool);
  }

  private static List<SourceFile> files(Path dir) {
    try (Stream<Path> paths = Files.list(dir)) {
      return paths.filter(Files::isRegularFile).sorted().map(MigrateFiles::read).toList();
    } catch (IOException e) {
      throw new ExitException(ExitCode.USAGE, dir + " cannot be read: " + e.getMessage());
    }
  }

  /** Reads one file of SQL; others are taken by name only. */
  public static SourceFile read(Path path) {
    String name = String.valueOf(path.getFileName());
    if (!name.endsWith(".sql")) {
      return new SourceFile(name, "");
    }
    return new SourceFile(name, text(path));
  }

  /** The text of a file. */
  public static String text(Path path) {
    try {
      return Files.readString(path);
    } catch (MalformedInputException e) {
      throw new ExitException(ExitCode.REFUSED, path + ": not UTF-8; save it as UTF-8");
    } catch (IOException e) {
      throw new ExitException(ExitCode.USAGE, path + " cannot be read: " + e.getMessage());
    }
  }
}
