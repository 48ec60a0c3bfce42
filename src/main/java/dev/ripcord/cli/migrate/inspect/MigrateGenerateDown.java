package dev.ripcord.cli.migrate.inspect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.ShutdownHook;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.selection.PendingSelection;
import dev.ripcord.migration.undo.Drafted;
import dev.ripcord.migration.undo.Statements;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.verify.DownDrafter;
import dev.ripcord.release.ShellWord;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ripcord migrate generate-down}. */
@Command(
    name = "generate-down",
    mixinStandardHelpOptions = true,
    description = {
      "Write the down of an up, for a person to review: on a scratch copy of the database each"
          + " statement is run and reverted, and the pair is proved.",
      "What cannot be undone is marked so and never guessed; such a file says of itself that it is"
          + " irreversible, until you take that line away."
    },
    footer = {
      "",
      "Exit codes: 0 a whole down migration was written, 3 something in it is left to you, 4"
          + " refused.",
      "Example: ripcord migrate generate-down migrations/04_drop_fax_up.sql"
    })
public final class MigrateGenerateDown implements Callable<Integer> {
  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Parameters(paramLabel = "FILE", description = "an up file")
  private Path file = Path.of("");

  @Option(names = "--force", description = "overwrite the down that is there")
  private boolean force;

  @Option(names = "--stdout", description = "print it and write no file")
  private boolean stdout;

  @Option(
      names = "--offline",
      description = "ask no database: only what the statements themselves say is reverted")
  private boolean offline;

  public MigrateGenerateDown(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    Folder folder = tools.folderOf(common, options, List.of(file));
    MigrationFile migration = migration(folder);
    Path to = file.resolveSibling(folder.downName(migration));
    if (!stdout) {
      refuse(migration, to);
    }
    Optional<Database> database = offline ? Optional.empty() : database();
    Drafted drafted =
        database.isPresent()
            ? prove(database.get(), folder, migration)
            : new Drafted(
                new Statements(new SqlParser()::read).draft(migration.script()), Optional.empty());
    String text = drafted.text(migration.up().name());
    if (!stdout) {
      write(to, text);
    }
    print(drafted, to, text);
    return drafted.isComplete() ? ExitCode.DONE : ExitCode.PENDING;
  }

  private MigrationFile migration(Folder folder) {
    String name = String.valueOf(file.getFileName());
    MigrationFile found =
        folder.migrations().stream()
            .filter(each -> each.up().name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new ExitException(
                        ExitCode.USAGE, file + ": is no up file of a migration there"));
    if (!found.script().flaws().isEmpty()) {
      throw new ExitException(
          ExitCode.REFUSED,
          "✖ "
              + file
              + ":"
              + found.script().flaws().getFirst().line()
              + ": "
              + found.script().flaws().getFirst().text());
    }
    return found;
  }

  /** A down without a statement, as {@code migrate new} writes it, may be written over. */
  private void refuse(MigrationFile migration, Path to) {
    Optional<SourceFile> down = migration.down();
    boolean written =
        down.isPresent()
            && (!down.get().script().work().isEmpty()
                || migration.header().irreversible().isPresent());
    boolean other = down.isEmpty() && Files.exists(to);
    if ((written || other) && !force) {
      throw new ExitException(
          ExitCode.REFUSED,
          "✖ " + to + " is there already; --force overwrites it, --stdout prints only");
    }
  }

  private Optional<Database> database() {
    try {
      return Optional.of(tools.database(common, options));
    } catch (ExitException none) {
      tools
          .console()
          .err()
          .println(
              "▲ no database is named, so only what the statements themselves say is reverted: "
                  + none.getMessage());
      return Optional.empty();
    }
  }

  private Drafted prove(Database database, Folder folder, MigrationFile migration) {
    List<MigrationFile> before =
        new PendingSelection(
                folder,
                tools.withRunner(common, options, step -> {}, MigrationRunner::status).history())
            .pending().stream()
                .filter(each -> each.version().compareTo(migration.version()) < 0)
                .toList();
    DownDrafter drafter =
        new DownDrafter(
            tools.loops().vertx(),
            database,
            tools.shadow(common, options),
            what -> tools.console().err().println("… " + what));
    try (ShutdownHook _ = new ShutdownHook("drop shadows", drafter::abandon)) {
      return drafter
          .proved(before, migration, folder.downName(migration), new SqlParser()::read)
          .await();
    }
  }

  private static void write(Path to, String text) {
    try {
      Files.writeString(to, text);
    } catch (IOException e) {
      throw new ExitException(
          ExitCode.FAILED, "✖ " + to + " cannot be written: " + CommandRunner.whyUnwritten(e));
    }
  }

  private void print(Drafted drafted, Path to, String text) {
    PrintStream out = tools.console().out();
    if (common.json()) {
      out.println(json(drafted, to, text));
      return;
    }
    if (stdout) {
      out.print(text);
    }
    PrintStream words = stdout ? tools.console().err() : out;
    words.println(
        (drafted.isComplete() ? "✔ " : "▲ ") + (stdout ? "not written: " : "wrote ") + to);
    drafted.draft().cannot().forEach(each -> words.println("  ✖ cannot be undone: " + each));
    drafted.found().forEach(each -> words.println("  ✖ cannot be undone: " + each));
    drafted.draft().notes().forEach(each -> words.println("  · " + each));
    drafted
        .proof()
        .ifPresentOrElse(
            proof -> new VerifyView(List.of(proof)).lines().forEach(words::println),
            () ->
                words.println(
                    "  ? not proved: ripcord migrate verify " + ShellWord.of(file.toString())));
    if (!drafted.isComplete()) {
      words.println(
          "  The file says \"-- down: none\", so it is not run. Review it, and take that line away"
              + " where what is named may be lost.");
    }
  }

  private ObjectNode json(Drafted drafted, Path to, String text) {
    ObjectNode object = new ObjectMapper().createObjectNode();
    object
        .put("file", to.toString())
        .put("written", !stdout)
        .put("complete", drafted.isComplete())
        .put("verdict", drafted.proof().map(proof -> proof.verdict().text()).orElse(null));
    var cannot = object.putArray("cannot");
    drafted.draft().cannot().forEach(cannot::add);
    drafted.found().forEach(cannot::add);
    var notes = object.putArray("notes");
    drafted.draft().notes().forEach(notes::add);
    return object.put("sql", text);
  }
}
