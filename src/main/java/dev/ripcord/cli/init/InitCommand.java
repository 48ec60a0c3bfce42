package dev.ripcord.cli.init;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.wiring.EventLoops;
import dev.ripcord.config.Loaded;
import dev.ripcord.config.file.ConfigurationFile;
import dev.ripcord.release.ShellWord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code config init}: writes a configuration to begin with. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description =
        "Look around (Compose file, containers, Kubernetes context, DATABASE_URL, migrations, a"
            + " metrics page that answers), ask on a terminal, and write a small file that fits. An"
            + " existing file is left alone.",
    footer = {"", "Example: ripcord config init config/ripcord.yaml"})
public final class InitCommand implements Callable<Integer> {
  private final Console console;
  private final Configuration configuration;
  private final InputStream in;
  private final LookAround.Scope scope;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "the file to write; config/ripcord.yaml without it")
  private @Nullable Path file;

  @Option(
      names = "--full",
      description = "write every key with its default, explained; look nowhere")
  private boolean full;

  @Option(
      names = {"-y", "--yes"},
      description = "do not ask: take what was found")
  private boolean yes;

  /** In the current folder, with answers from standard input. */
  public InitCommand(Console console) {
    this(console, System.in, LookAround.Scope.usual());
  }

  /**
   * Somewhere else.
   *
   * @param in what answers come from
   */
  InitCommand(Console console, InputStream in, LookAround.Scope scope) {
    this.console = console;
    this.configuration = new Configuration(console);
    this.in = in;
    this.scope = scope;
  }

  @Override
  public Integer call() {
    Path named = file == null ? common.config : file;
    Path place = named == null ? ConfigurationFile.DEFAULT_PLACES.getFirst() : named;
    if (Files.exists(scope.folder().resolve(place))) {
      return taken(place);
    }
    try {
      return full ? writeReference(place) : writeStarter(place);
    } catch (Questions.InputEnded e) {
      console.err().println("The input ended; nothing was written");
      return ExitCode.FAILED;
    } catch (FileAlreadyExistsException e) {
      return Files.exists(scope.folder().resolve(place)) ? taken(place) : unwritable(place, e);
    } catch (IOException e) {
      return unwritable(place, e);
    }
  }

  private int taken(Path place) {
    console.err().println(place + " is there already and was left alone; name another file");
    return ExitCode.FAILED;
  }

  private int unwritable(Path place, IOException failure) {
    console.err().println(place + " cannot be written: " + CommandRunner.whyUnwritten(failure));
    return ExitCode.FAILED;
  }

  private int writeReference(Path place) throws IOException {
    NewFile.write(scope.folder().resolve(place), ConfigurationFile.starter(place));
    if (common.json()) {
      console.out().println(InitJson.reference(place).toString());
      return ExitCode.DONE;
    }
    console.out().println("Wrote " + place + ".");
    console
        .out()
        .println(
            "Next: put your service's name and url in, then ripcord config check "
                + ShellWord.of(place.toString()));
    return ExitCode.DONE;
  }

  private int writeStarter(Path place) throws IOException {
    try (EventLoops loops = new EventLoops(console);
        LookAround around = new LookAround(loops.vertx(), console.environment(), scope)) {
      return common.json() ? writeSilently(place, around.look()) : writeTelling(place, around);
    }
  }

  /** Asks nobody: what reads JSON is a program. */
  private int writeSilently(Path place, Findings findings) throws IOException {
    Proposal proposal = Proposer.of(findings);
    Path file = scope.folder().resolve(place);
    NewFile.write(file, StarterText.of(proposal, file));
    console
        .out()
        .println(InitJson.of(place, findings, proposal, others(proposal, findings)).toString());
    return usable(file);
  }

  private int writeTelling(Path place, LookAround around) throws IOException {
    FindingsText text = new FindingsText(Ansi.of(console, common.noColor));
    console.out().println("Looking around in " + scope.folder() + ":");
    Findings findings = around.look();
    text.found(findings).forEach(console.out()::println);
    Proposal proposal =
        console.interactive() && !yes ? asked(around, findings) : Proposer.of(findings);
    console.out().println("Chosen:");
    text.chosen(findings, proposal).forEach(console.out()::println);
    Path file = scope.folder().resolve(place);
    NewFile.write(file, StarterText.of(proposal, file));
    return written(place, proposal, others(proposal, findings));
  }

  /** What was found too, and is not in the file. */
  private static List<String> others(Proposal proposal, Findings findings) {
    return Proposer.names(findings).stream()
        .filter(name -> !name.equals(proposal.name().value()))
        .toList();
  }

  private int usable(Path file) {
    if (configuration.read(Optional.of(file)) instanceof Loaded.Invalid invalid) {
      console.err().println(invalid.report());
      return ExitCode.USAGE;
    }
    return ExitCode.DONE;
  }

  private Proposal asked(LookAround around, Findings findings) throws IOException {
    console.out().println("Enter takes what stands in brackets; Ctrl-C writes nothing.");
    BufferedReader answers = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    return new Questions(answers, console.out(), around::look).ask(findings);
  }

  private int written(Path place, Proposal proposal, List<String> others) {
    console.out().println("Wrote " + place + ".");
    if (!others.isEmpty()) {
      console
          .out()
          .println(
              "Not in it: " + String.join(", ", others) + ". Each is a name more below services.");
    }
    int usable = usable(scope.folder().resolve(place));
    if (usable != ExitCode.DONE) {
      return usable;
    }
    boolean isUsual = ConfigurationFile.DEFAULT_PLACES.contains(place);
    String shown = ShellWord.of(place.toString());
    String first = proposal.health().isKnown() ? "" : "change the url that is marked in it, then ";
    console
        .out()
        .println(
            "Next: %sripcord config check%s, then ripcord check%s"
                .formatted(first, isUsual ? "" : " " + shown, isUsual ? "" : " -c " + shown));
    return ExitCode.DONE;
  }
}
