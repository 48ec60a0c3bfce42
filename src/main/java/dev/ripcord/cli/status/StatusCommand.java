package dev.ripcord.cli.status;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Choice;
import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.DaemonClient;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.Format;
import dev.ripcord.cli.console.LiveBlock;
import dev.ripcord.cli.console.OutputFormat;
import dev.ripcord.cli.console.TerminalSize;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.health.Counts;
import dev.ripcord.json.Json;
import dev.ripcord.json.SilenceJson;
import dev.ripcord.json.StatusJson;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Journal;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.postgres.journal.PostgresJournal;
import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import dev.ripcord.release.ServiceName;
import dev.ripcord.silence.Silences;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code status}: what is watched, the last verdicts, the last rollbacks. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "What is watched, the last verdicts, the last rollbacks.",
      "The service that needs somebody most comes first."
    },
    footer = {
      "",
      "Examples:",
      "  ripcord status shop -o json",
      "  ripcord status --watch          until Ctrl-C, which ends it with 130"
    })
public final class StatusCommand implements Callable<Integer> {
  private static final int SHOWN = 5;
  private static final long EVERY_SECONDS = 2;

  private final Console console;
  private final Clocks clocks;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "all when left out")
  private @Nullable String service;

  @Option(
      names = {"-w", "--watch"},
      description = "look again every 2 s until Ctrl-C, in place on a terminal")
  private boolean watch;

  public StatusCommand(Console console, Clocks clocks) {
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
    List<ServiceSettings> chosen = Choice.all(settings, Optional.ofNullable(service));
    Assembly assembly = new Assembly(console, clocks, settings);
    try (DaemonClient daemon = new DaemonClient(assembly.vertx(), settings)) {
      PostgresJournal journal = assembly.journal(JournalDatabase.Sharing.JOIN);
      Look look = new Look(settings, chosen, assembly, clocks, journal, daemon);
      if (watch) {
        again(look, format);
      } else if (format == OutputFormat.JSON) {
        console.out().println(json(look));
      } else {
        lines(look).forEach(console.out()::println);
      }
      return 0;
    } finally {
      assembly.close();
    }
  }

  /** What is looked at, and with what. */
  private record Look(
      Settings settings,
      List<ServiceSettings> chosen,
      Assembly assembly,
      Clocks clocks,
      PostgresJournal journal,
      DaemonClient daemon) {
    List<ServiceState> states() {
      Map<ServiceName, String> holders =
          journal.holders(chosen.stream().map(ServiceSettings::name).toList()).await();
      Silences silences = journal.silences().holding(clocks.wall().instant()).await();
      return chosen.stream()
          .map(each -> state(each, Optional.ofNullable(holders.get(each.name())), silences))
          .sorted(ServiceState.WORST_FIRST)
          .toList();
    }

    private ServiceState state(ServiceSettings each, Optional<String> holder, Silences silences) {
      Optional<List<SalvageEntry>> kept = Optional.empty();
      Optional<String> unread = Optional.empty();
      try {
        kept = Optional.of(assembly.keptOf(each).await());
      } catch (RuntimeException e) {
        unread = Optional.of(CommandRunner.message(e));
      }
      return new ServiceState(
          each.name(),
          each.rules().threshold(),
          journal.lastSamples(Optional.of(each.name())).await().stream().findFirst(),
          journal.recent(Optional.of(each.name()), SHOWN).await().stream()
              .map(row -> new ServiceState.Watched(row, standing(row)))
              .toList(),
          holder,
          kept,
          unread,
          silences.of(each.name(), clocks.wall().instant()));
    }

    private Optional<WatchProjection> standing(Journal.WatchRow row) {
      return row.endedAt().isPresent()
          ? Optional.empty()
          : Optional.of(WatchProjection.fold(journal.entries(row.id()).await()));
    }

    boolean hasDaemon() {
      return daemon.find("/api/v1/services").isPresent();
    }
  }

  /** On a terminal one block is redrawn; elsewhere each look that differs is printed. */
  private void again(Look look, OutputFormat format) {
    boolean inPlace =
        console.interactive()
            && format == OutputFormat.TEXT
            && !Ansi.of(console, common.noColor).ascii();
    LiveBlock block = LiveBlock.of(console, clocks);
    TerminalSize size = new TerminalSize(console.environment());
    String last = "";
    while (true) {
      List<ServiceState> states = look.states();
      if (inPlace) {
        block.draw(fitting(lines(look, states), size.rows() - 1));
      } else {
        String now = differing(states);
        if (!now.equals(last)) {
          last = now;
          if (format == OutputFormat.JSON) {
            console.out().println(json(look, states));
          } else {
            console.out().println(Format.clock(clocks.wall().instant(), ZoneId.systemDefault()));
            lines(look, states).forEach(console.out()::println);
          }
        }
      }
      Future<Void> later =
          look.assembly().vertx().timer(EVERY_SECONDS, TimeUnit.SECONDS).mapEmpty();
      later.await();
    }
  }

  /** A block that is higher than the terminal could not be drawn in place: the rest is counted. */
  static List<String> fitting(List<String> lines, int rows) {
    int room = Math.max(1, rows);
    if (lines.size() <= room) {
      return lines;
    }
    List<String> shown = new ArrayList<>(lines.subList(0, room - 1));
    shown.add("… " + (lines.size() - room + 1) + " lines more: ripcord status");
    return shown;
  }

  /** What makes a look another one: not how long ago something was. */
  private static String differing(List<ServiceState> states) {
    StringBuilder all = new StringBuilder();
    for (ServiceState state : states) {
      all.append(state.name()).append(state.verdict()).append(state.holder());
      state.silences().forEach(each -> all.append(each.id()));
      state.watches().forEach(each -> all.append(each.watch().id()).append(each.word()));
    }
    return all.toString();
  }

  private List<String> lines(Look look) {
    return lines(look, look.states());
  }

  private List<String> lines(Look look, List<ServiceState> states) {
    Ansi paint = Ansi.of(console, common.noColor);
    StatusText text = new StatusText(paint, ZoneId.systemDefault());
    Instant now = clocks.wall().instant();
    List<String> lines = new ArrayList<>();
    states.forEach(state -> lines.addAll(text.lines(state, now)));
    lines.add(
        paint.faint(
            look.hasDaemon()
                ? "daemon: runs here, "
                    + (look.settings().access().tls().isPresent() ? "https://" : "http://")
                    + look.settings().listen()
                : "daemon: none answers on " + look.settings().listen()));
    return lines;
  }

  private static ObjectNode json(Look look) {
    return json(look, look.states());
  }

  private static ObjectNode json(Look look, List<ServiceState> states) {
    ArrayNode services = Json.array();
    states.forEach(state -> services.add(json(state)));
    ObjectNode json = Json.object();
    json.set("services", services);
    json.putObject("daemon")
        .put("listen", look.settings().listen().toString())
        .put("answers", look.hasDaemon());
    return json;
  }

  private static ObjectNode json(ServiceState state) {
    ObjectNode node = Json.object();
    Optional<Journal.StoredSample> sample = state.sample();
    node.put("service", state.name().text());
    node.put("verdict", state.verdict().map(k -> k.text()).orElse(null));
    node.put("time", sample.map(k -> Json.time(k.sample().at())).orElse(null));
    Optional<Counts> counts = sample.flatMap(k -> k.sample().counts());
    node.put("requests", counts.map(Counts::requests).orElse(null));
    node.put("errors", counts.map(Counts::errors).orElse(null));
    node.put("heldBy", state.holder().orElse(null));
    ArrayNode watches = node.putArray("watches");
    state
        .watches()
        .forEach(each -> watches.add(StatusJson.row(each.watch()).put("state", each.word())));
    node.set("silences", SilenceJson.of(state.silences()));
    node.set("kept", state.kept().map(StatusCommand::kept).orElse(null));
    return node;
  }

  private static ArrayNode kept(List<SalvageEntry> entries) {
    ArrayNode array = Json.array();
    entries.forEach(
        each ->
            array
                .addObject()
                .put("id", each.id())
                .put("migration", each.migration())
                .put("what", each.what())
                .put("until", each.keepUntil().map(Json::time).orElse(null)));
    return array;
  }
}
