package dev.ripcord.cli.wiring;

import dev.ripcord.config.MigrationSettings;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.tool.ManagedToolFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The files of another tool as they are when they are asked for; none where there is no folder. */
public final class ToolFolder {
  private ToolFolder() {}

  /** What Ripcord runs for another tool; empty where it does not. */
  public static Optional<ManagedToolFiles> of(MigrationSettings settings, Optional<Path> dir) {
    return settings.isKept()
        ? Optional.of(new ManagedToolFiles(settings.tool(), () -> read(dir, settings.tool())))
        : Optional.empty();
  }

  private static Folder read(Optional<Path> dir, Tool tool) {
    if (dir.isEmpty() || !Files.isDirectory(dir.get())) {
      return Folder.of(List.of(), tool);
    }
    List<SourceFile> files = new ArrayList<>();
    try (Stream<Path> paths = Files.list(dir.get())) {
      for (Path path : paths.filter(each -> each.toString().endsWith(".sql")).sorted().toList()) {
        files.add(new SourceFile(String.valueOf(path.getFileName()), Files.readString(path)));
      }
    } catch (IOException unreadable) {
      throw new SchemaException(dir.get() + " cannot be read: " + unreadable.getMessage());
    }
    return Folder.of(files, tool);
  }
}
