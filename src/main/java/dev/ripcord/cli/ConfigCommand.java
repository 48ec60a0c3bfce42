package dev.ripcord.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.init.InitCommand;
import dev.ripcord.cli.start.PlatformPrecheck;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.config.Loaded;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.Problem;
import dev.ripcord.config.Settings;
import dev.ripcord.config.file.ConfigurationFile;
import dev.ripcord.port.Clocks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ripcord config}: checks a configuration, describes it, shows it, writes one. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Checks the configuration file, prints its JSON Schema, writes one.",
    footer = {"", "Example: ripcord config check"})
final class ConfigCommand implements Runnable {
  private static final int BAD = 2;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private final Console console;
  private final Clocks clocks;
  private final Configuration configuration;

  @Spec private @Nullable CommandSpec spec;

  private ConfigCommand(Console console, Clocks clocks) {
    this.console = console;
    this.clocks = clocks;
    this.configuration = new Configuration(console);
  }

  /** The command line with all its verbs. */
  static CommandLine commandLine(Console console, Clocks clocks) {
    return new CommandLine(new ConfigCommand(console, clocks))
        .addSubcommand(new InitCommand(console));
  }

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(
          spec.commandLine(), "missing subcommand: check, schema, show or init");
    }
  }

  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description =
          "Read the file and report everything that is wrong with it. Exit 0: it can be used; 2: it"
              + " cannot.",
      footer = {"", "Example: ripcord config check config/ripcord.yaml -o json"})
  int check(
      @Mixin CommonOptions options,
      @Parameters(
              arity = "0..1",
              paramLabel = "FILE",
              description = "the file; without it, the one of -c or of the usual places")
          @Nullable Path file)
      throws JsonProcessingException {
    Path named = file == null ? options.config : file;
    Loaded loaded = configuration.read(Optional.ofNullable(named));
    if (options.json()) {
      console.out().println(JSON.writeValueAsString(answer(loaded)));
      return loaded instanceof Loaded.Valid ? 0 : BAD;
    }
    return switch (loaded) {
      case Loaded.Valid valid -> {
        Settings settings = valid.settings();
        int count = settings.services().size();
        console
            .out()
            .println(
                name(settings) + " is valid: " + count + (count == 1 ? " service" : " services"));
        settings.warnings().forEach(warning -> console.out().println("  ▲ " + warning));
        platforms(settings).forEach(warning -> console.out().println("  ▲ " + warning));
        absent(settings).forEach(warning -> console.out().println("  ▲ " + warning));
        yield 0;
      }
      case Loaded.Invalid invalid -> {
        console.err().println(invalid.report());
        yield BAD;
      }
    };
  }

  /** Which platforms cannot be asked just now; the file may be right all the same. */
  private List<String> platforms(Settings settings) {
    Assembly assembly = new Assembly(console, clocks, settings);
    try {
      return PlatformPrecheck.warnings(assembly, settings).await();
    } finally {
      assembly.close();
    }
  }

  /** What the file names and is not there yet: no fault of the file, and worth a word now. */
  private static List<String> absent(Settings settings) {
    return settings.services().values().stream()
        .flatMap(
            service ->
                service.migrations().flatMap(MigrationSettings::dir).stream()
                    .filter(dir -> !Files.isDirectory(dir))
                    .map(
                        dir ->
                            "services."
                                + service.name()
                                + ".migrations.dir: there is no folder "
                                + dir
                                + " yet"))
        .toList();
  }

  private static String name(Settings settings) {
    return settings.file().map(Path::toString).orElse("The environment (there is no file)");
  }

  private static Object answer(Loaded loaded) {
    return switch (loaded) {
      case Loaded.Valid valid -> List.of();
      case Loaded.Invalid invalid -> invalid.problems().stream().map(ConfigCommand::json).toList();
    };
  }

  private static Map<String, Object> json(Problem problem) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("line", problem.line());
    object.put("column", problem.column());
    object.put("path", problem.path());
    object.put("message", problem.message());
    return object;
  }

  @Command(
      name = "schema",
      mixinStandardHelpOptions = true,
      description = "Print the JSON Schema (Draft-07) of the file, for completion in an editor.",
      footer = {"", "Example: ripcord config schema > ripcord.schema.json"})
  int schema(@Mixin CommonOptions options) throws JsonProcessingException {
    console.out().println(JSON.writeValueAsString(ConfigurationFile.schema()));
    return 0;
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Print the effective configuration, defaults included and secrets as ***.",
      footer = {"", "Example: ripcord config show -o json"})
  int show(@Mixin CommonOptions options) throws JsonProcessingException {
    Optional<Settings> settings = configuration.load(options);
    if (settings.isEmpty()) {
      return BAD;
    }
    Map<String, Object> shown = ConfigurationFile.shown(settings.get());
    console.out().println(options.json() ? JSON.writeValueAsString(shown) : Indented.of(shown));
    return 0;
  }
}
