package dev.ripcord.cli.migrate.inspect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.migration.file.MigrationScaffold;
import dev.ripcord.migration.file.SourceFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ripcord migrate new}. */
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    description = {
      "Write the next pair of files, in the layout and numbering of the folder.",
      "A message that begins with add or create makes an addition (stage 1); with remove or drop, a"
          + " removal (stage 2)."
    },
    footer = {"", "Example: ripcord migrate new \"add customer email\""})
public final class MigrateNew implements Callable<Integer> {
  private final MigrateContext tools;
  private final InstantSource clock = InstantSource.system();

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Parameters(arity = "1..*", paramLabel = "MESSAGE", description = "what it does, in a few words")
  private List<String> message = List.of();

  public MigrateNew(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    Path dir = tools.dir(common, options);
    MigrationScaffold draft = draft(dir);
    for (SourceFile file : draft.files()) {
      if (Files.exists(dir.resolve(file.name()))) {
        throw new ExitException(
            ExitCode.REFUSED,
            "✖ " + dir.resolve(file.name()) + " is there already and was left as it is");
      }
    }
    draft.files().forEach(file -> write(dir, file));
    print(dir, draft);
    return ExitCode.DONE;
  }

  private MigrationScaffold draft(Path dir) {
    try {
      Instant now = clock.instant();
      return MigrationScaffold.of(
          names(dir), tools.tool(common, options), String.join(" ", message), now);
    } catch (IllegalArgumentException e) {
      throw new ExitException(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private static List<String> names(Path dir) {
    if (!Files.exists(dir)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(dir)) {
      return paths.map(path -> String.valueOf(path.getFileName())).sorted().toList();
    } catch (IOException e) {
      throw new ExitException(ExitCode.USAGE, dir + " cannot be read: " + e.getMessage());
    }
  }

  private static void write(Path dir, SourceFile file) {
    Path path = dir.resolve(file.name());
    try {
      Files.createDirectories(dir);
      Files.writeString(path, file.text(), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new ExitException(ExitCode.REFUSED, "✖ " + e.getFile() + " is there already");
    } catch (IOException e) {
      throw new ExitException(
          ExitCode.FAILED, "✖ " + path + " cannot be written: " + CommandRunner.whyUnwritten(e));
    }
  }

  private void print(Path dir, MigrationScaffold draft) {
    if (common.json()) {
      ObjectNode object = new ObjectMapper().createObjectNode();
      object.put("version", draft.version().text()).put("name", draft.name());
      object.put("kind", draft.kind().text()).put("stage", draft.kind().stage());
      ArrayNode files = object.putArray("files");
      draft.files().forEach(file -> files.add(dir.resolve(file.name()).toString()));
      tools.console().out().println(object);
      return;
    }
    draft
        .files()
        .forEach(file -> tools.console().out().println("✔ wrote " + dir.resolve(file.name())));
    tools
        .console()
        .out()
        .println(
            "  %s, stage %d, by its name. Write both ways into them; until the down is there,"
                    .formatted(draft.kind().text(), draft.kind().stage())
                + " nothing is applied.");
  }
}
