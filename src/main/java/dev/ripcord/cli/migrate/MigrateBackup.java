package dev.ripcord.cli.migrate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.MigrateBackups;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.json.Json;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Unfenced;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.schema.PostgresSchema;
import dev.ripcord.release.ServiceName;
import dev.ripcord.release.ShellWord;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ripcord migrate backup}. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = "Dump the database into a file, and check that the file can be read.",
    footer = {"", "Example: ripcord migrate backup"})
public final class MigrateBackup implements Callable<Integer> {
  /** A time as part of a name. */
  public static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final MigrateContext tools;
  private final Clocks clocks;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "a new file (default: backups/DATABASE-TIME.dump)")
  private @Nullable Path file;

  MigrateBackup(MigrateContext tools, Clocks clocks) {
    this.tools = tools;
    this.clocks = clocks;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    Database database = tools.database(common, options);
    String name =
        MigrateBackups.prefix(database.name()) + STAMP.format(clocks.wall().instant()) + ".dump";
    Path target = Optional.ofNullable(file).orElse(Path.of("backups", name));
    PostgresSchema schema =
        new PostgresSchema(
            tools.loops().vertx(),
            database,
            MigrationSetup.of(MigrateContext.SCHEMA),
            Optional.empty(),
            clocks.nanos());
    Optional<String> blocker = schema.backupBlocker().await();
    if (blocker.isPresent()) {
      throw new ExitException(ExitCode.REFUSED, "no backup can be taken: " + blocker.get());
    }
    String line = schema.backup(target, Unfenced.of(new ServiceName("migrate"))).await();
    if (common.json()) {
      ObjectNode json = Json.object().put("outcome", "done").put("file", target.toString());
      tools.console().out().println(json.put("text", line));
    } else {
      tools.console().out().println("✔ " + line);
      tools
          .console()
          .out()
          .println("Next, if need be: ripcord migrate restore " + ShellWord.of(target.toString()));
    }
    return ExitCode.DONE;
  }
}
