package dev.ripcord.cli.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Choice;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.OutputFormat;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.health.Arithmetic;
import dev.ripcord.json.EventJson;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.ServiceName;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code explain}: why a release was condemned or passed. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Why a release was condemned or passed.",
      "Its samples, the rules with the arithmetic, the plan, and each step."
    },
    footer = {
      "",
      "Of a SERVICE its last watch. From the journal; changes nothing.",
      "Under other rules: ripcord replay.",
      "",
      "Example: ripcord explain v42"
    })
public final class ExplainCommand implements Callable<Integer> {
  private final Console console;
  private final Clocks clocks;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "SERVICE|RELEASE",
      description = "the last watch of the only service when left out")
  private @Nullable String subject;

  @Option(names = "--service", paramLabel = "NAME", description = "whose release it is")
  private @Nullable String service;

  public ExplainCommand(Console console, Clocks clocks) {
    this.console = console;
    this.clocks = clocks;
  }

  @Override
  public Integer call() {
    OutputFormat format = OutputFormat.of(common, false);
    Optional<Settings> loaded = new Configuration(console).load(common);
    if (loaded.isEmpty()) {
      return ExitCode.USAGE;
    }
    Settings settings = loaded.get();
    boolean named =
        subject != null
            && service == null
            && ServiceName.isValid(subject)
            && settings.services().containsKey(new ServiceName(subject));
    ServiceSettings chosen = Choice.of(settings, Optional.ofNullable(named ? subject : service));
    Optional<String> release = named ? Optional.empty() : Optional.ofNullable(subject);
    Assembly assembly = new Assembly(console, clocks, settings);
    try {
      Journal journal = assembly.journal(JournalDatabase.Sharing.JOIN);
      WatchRow row = row(journal, chosen.name(), release);
      List<Recorded> entries = journal.entries(row.id()).await();
      if (format == OutputFormat.JSON) {
        json(entries);
      } else {
        new ExplainText(Ansi.of(console, common.noColor), ZoneId.systemDefault())
            .lines(row, entries)
            .forEach(console.out()::println);
      }
      return 0;
    } finally {
      assembly.close();
    }
  }

  private static WatchRow row(Journal journal, ServiceName name, Optional<String> release) {
    Optional<WatchRow> row =
        release.isPresent()
            ? journal.find(name, release.get()).await()
            : journal.recent(Optional.of(name), 1).await().stream().findFirst();
    return row.orElseThrow(
        () ->
            new UsageException(
                release.map(given -> "\"" + given + "\" is no release of ").orElse("no release of ")
                    + name
                    + release.map(given -> " that was watched").orElse(" was watched yet")
                    + "; those that were: ripcord status "
                    + name));
  }

  /** The events of the watch, a line each; those of polls with their arithmetic. */
  private void json(List<Recorded> entries) {
    Optional<WatchProjection> watch = Optional.empty();
    for (Recorded recorded : entries) {
      watch = WatchProjection.after(watch, recorded);
      ObjectNode line = EventJson.of(recorded, watch);
      Optional<WatchProjection> now = watch;
      watch
          .flatMap(WatchProjection::poll)
          .ifPresent(
              poll -> {
                Arithmetic why =
                    Arithmetic.of(
                        now.orElseThrow().charter().rules(), poll.sample(), poll.reading());
                line.putObject("arithmetic")
                    .put("text", why.text())
                    .put("requests", poll.reading().judged().requests())
                    .put("errors", poll.reading().judged().errors())
                    .put("chance", why.chance())
                    .put("limit", why.limit());
              });
      console.out().println(line);
    }
  }
}
