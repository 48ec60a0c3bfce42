package dev.ripcord.cli.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.Choice;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.DaemonClient;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.PollOptions;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.Interruption;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.config.Durations;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.engine.RecordedWatch;
import dev.ripcord.engine.WatchRequestSender;
import dev.ripcord.json.Json;
import dev.ripcord.json.StatusJson;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Control;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.WatchRequest;
import dev.ripcord.postgres.journal.PostgresJournal;
import dev.ripcord.release.PersonName;
import dev.ripcord.release.ServiceName;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code approve}, {@code pause}, {@code resume}, {@code abort}: asks whoever watches, the daemon
 * over HTTP and any other process by the journal.
 */
@Command(
    mixinStandardHelpOptions = true,
    description = "An operator's decision on a watch, wherever it runs.")
public final class WatchActionCommand implements Callable<Integer> {
  private final Console console;
  private final Clocks clocks;
  private final WatchAction say;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "SERVICE", description = "whose release under watch")
  private String service = "";

  @Option(names = "--by", paramLabel = "WHO", description = "who you are (default: your login)")
  private @Nullable String by;

  @Option(names = "--for", paramLabel = "TIME", description = "how long (default: 1h)")
  private @Nullable String time;

  public WatchActionCommand(Console console, Clocks clocks, WatchAction say) {
    this.console = console;
    this.clocks = clocks;
    this.say = say;
  }

  /** What an abort of a rollback waits for. */
  private String doing(JsonNode after) {
    boolean rollingBack = after.path("state").asText().equals("rolling-back");
    return say == WatchAction.ABORT && rollingBack ? "; " + after.path("rollback").asText() : "";
  }

  @Override
  public Integer call() throws IOException {
    Optional<Settings> loaded = new Configuration(console).load(common);
    if (loaded.isEmpty()) {
      return ExitCode.USAGE;
    }
    Settings settings = loaded.get();
    ServiceSettings chosen = Choice.of(settings, Optional.of(service));
    String who =
        PollOptions.read("--by", by, PersonName::parse)
            .or(settings.access()::ownName)
            .orElseGet(() -> console.environment().getOrDefault("USER", "operator"));
    Duration pause =
        PollOptions.read("--for", time, Durations::parsePositive).orElse(Control.PAUSE);
    if (pause.compareTo(Control.PAUSE_MAX) > 0) {
      throw new UsageException("--for: " + time + " is too long; 7d at most");
    }
    Assembly assembly = new Assembly(console, clocks, settings);
    Interruption interruption = Interruption.around(console, assembly);
    try {
      return byDaemon(assembly, settings, who, pause)
          .orElseGet(() -> byJournal(assembly, chosen.name(), who, pause));
    } catch (RuntimeException e) {
      throw interruption.unlessUnderWay(e);
    } finally {
      interruption.over();
      assembly.close();
    }
  }

  /** Asks the daemon; empty where none answers, another process watches, or we have no token. */
  private Optional<Integer> byDaemon(
      Assembly assembly, Settings settings, String who, Duration pause) throws IOException {
    if (settings.access().hasTokens() && settings.access().own().isEmpty()) {
      return Optional.empty();
    }
    try (DaemonClient daemon = new DaemonClient(assembly.vertx(), settings)) {
      JsonNode id =
          daemon
              .find("/api/v1/services/" + service)
              .map(found -> found.path("watch").path("id"))
              .orElse(MissingNode.getInstance());
      if (!id.isNumber()) {
        return Optional.empty();
      }
      ObjectNode body = Json.object();
      body.put("by", who);
      if (say == WatchAction.PAUSE) {
        body.put("for", pause.toMillis() + "ms");
      }
      JsonNode after =
          daemon.post("/api/v1/releases/" + id.asLong() + "/" + say.verb(), body.toString());
      console
          .out()
          .println(
              common.json()
                  ? after.toString()
                  : service + ": " + after.path("state").asText(say.verb()) + doing(after));
      return Optional.of(0);
    } catch (DaemonClient.Unanswered e) {
      console.err().println("ripcord: " + e.getMessage() + "; asked by the journal");
      return Optional.empty();
    }
  }

  /** Whichever process watches reads it in the journal. */
  private int byJournal(Assembly assembly, ServiceName name, String who, Duration pause) {
    PostgresJournal journal = assembly.journal(JournalDatabase.Sharing.JOIN);
    Optional<WatchRow> row =
        journal.unfinished().await().stream()
            .filter(r -> r.charter().release().service().equals(name))
            .findFirst();
    if (row.isEmpty()) {
      console
          .err()
          .println("ripcord: no release of " + name + " is under watch" + last(journal, name));
      return ExitCode.FAILED;
    }
    WatchRequest ask =
        new WatchRequest("cli/" + UUID.randomUUID(), row.get().id(), say.wish(), who, pause);
    Optional<WatchRequest.Answer> answer =
        new WatchRequestSender(journal, assembly.vertx()).ask(ask).await();
    String release = row.get().charter().release().shownName();
    if (answer.isEmpty()) {
      console
          .err()
          .println(
              "ripcord: written down, and nobody has answered within "
                  + WatchRequestSender.PATIENCE.toSeconds()
                  + " s: no process watches "
                  + release
                  + " just now. Who goes on with it (ripcord watch, ripcord start) takes it up.");
      return ExitCode.FAILED;
    }
    if (!answer.get().accepted()) {
      console.err().println("ripcord: " + answer.get().text());
      return ExitCode.FAILED;
    }
    console.out().println(result(journal, row.get(), answer.get()));
    return 0;
  }

  private String result(PostgresJournal journal, WatchRow row, WatchRequest.Answer answer) {
    if (!common.json()) {
      return service + ": " + answer.text();
    }
    WatchRow after = journal.watch(row.id()).await().orElse(row);
    return StatusJson.watch(RecordedWatch.status(after, journal.entries(row.id()).await()))
        .toString();
  }

  private static String last(PostgresJournal journal, ServiceName name) {
    return journal.recent(Optional.of(name), 1).await().stream()
        .findFirst()
        .map(
            row ->
                "; the last, "
                    + row.charter().release().name()
                    + ", has ended"
                    + row.outcome().map(o -> ": " + o.text()).orElse(""))
        .orElse("");
  }
}
