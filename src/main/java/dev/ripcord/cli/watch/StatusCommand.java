package dev.ripcord.cli.watch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Choice;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.Format;
import dev.ripcord.cli.console.OutputFormat;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.health.Counts;
import dev.ripcord.health.FigureText;
import dev.ripcord.json.Json;
import dev.ripcord.json.StatusJson;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Journal;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import dev.ripcord.release.Printable;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.RunState;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchState;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code status}: what is watched, the last verdicts, the last rollbacks. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "What is watched, the last verdicts, the last rollbacks.",
    footer = {"", "Example: ripcord status shop -o json"})
public final class StatusCommand implements Callable<Integer> {
  private static final int SHOWN = 5;

  private final Console console;
  private final Clocks clocks;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "all when left out")
  private @Nullable String service;

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
    try {
      Journal journal = assembly.journal(JournalDatabase.Sharing.JOIN);
      ArrayNode json = Json.array();
      Map<ServiceName, String> holders =
          format == OutputFormat.JSON
              ? Map.of()
              : journal.holders(chosen.stream().map(ServiceSettings::name).toList()).await();
      for (ServiceSettings each : chosen) {
        Optional<Journal.StoredSample> sample =
            journal.lastSamples(Optional.of(each.name())).await().stream().findFirst();
        List<Row> rows =
            journal.recent(Optional.of(each.name()), SHOWN).await().stream()
                .map(row -> new Row(row, standing(journal, row)))
                .toList();
        Future<List<SalvageEntry>> kept = assembly.keptOf(each);
        if (format == OutputFormat.JSON) {
          json.add(kept(kept, json(each.name(), sample, rows)));
        } else {
          print(each, sample, rows);
          kept(kept);
          watcher(Optional.ofNullable(holders.get(each.name())), rows);
        }
      }
      if (format == OutputFormat.JSON) {
        console.out().println(Json.object().set("services", json).toString());
      }
      return 0;
    } finally {
      assembly.close();
    }
  }

  /** What stage 2 has dropped and still keeps. */
  private void kept(Future<List<SalvageEntry>> asked) {
    try {
      asked
          .await()
          .forEach(
              each -> console.out().println("  kept of " + each.migration() + ": " + each.line()));
    } catch (RuntimeException unread) {
      console.out().println("  what stage 2 has kept is not known: " + unread.getMessage());
    }
  }

  /** The same as JSON; null where it is not known. */
  private static ObjectNode kept(Future<List<SalvageEntry>> asked, ObjectNode node) {
    try {
      ArrayNode array = Json.array();
      asked
          .await()
          .forEach(
              each ->
                  array
                      .addObject()
                      .put("id", each.id())
                      .put("migration", each.migration())
                      .put("what", each.what())
                      .put("until", each.keepUntil().map(Json::time).orElse(null)));
      return node.set("kept", array);
    } catch (RuntimeException unread) {
      return node.putNull("kept");
    }
  }

  /**
   * A watch and how it stands.
   *
   * @param standing how it stands, by its entries; empty when it has ended
   */
  private record Row(Journal.WatchRow watch, Optional<WatchProjection> standing) {
    Optional<WatchState> state() {
      return standing.map(WatchProjection::state);
    }
  }

  private static Optional<WatchProjection> standing(Journal journal, Journal.WatchRow row) {
    return row.endedAt().isPresent()
        ? Optional.empty()
        : Optional.of(WatchProjection.fold(journal.entries(row.id()).await()));
  }

  private static String word(Row row) {
    return row.state().map(WatchState::word).orElse("ended");
  }

  private static ObjectNode json(
      ServiceName name, Optional<Journal.StoredSample> sample, List<Row> rows) {
    ObjectNode node = Json.object();
    node.put("service", name.text());
    node.put("verdict", sample.map(k -> k.verdict().text()).orElse(null));
    node.put("time", sample.map(k -> Json.time(k.sample().at())).orElse(null));
    Optional<Counts> counts = sample.flatMap(k -> k.sample().counts());
    node.put("requests", counts.map(Counts::requests).orElse(null));
    node.put("errors", counts.map(Counts::errors).orElse(null));
    ArrayNode watches = node.putArray("watches");
    rows.forEach(r -> watches.add(StatusJson.row(r.watch()).put("state", word(r))));
    return node;
  }

  private void print(ServiceSettings each, Optional<Journal.StoredSample> sample, List<Row> rows) {
    Ansi paint = Ansi.of(console, common.noColor);
    Instant now = clocks.wall().instant();
    String poll =
        sample
            .map(
                k ->
                    paint.reading(k.verdict())
                        + "   "
                        + k.sample()
                            .counts()
                            .map(c -> FigureText.rateOf(c, each.rules().threshold()))
                            .orElse(Format.NOTHING)
                        + ", limit "
                        + each.rules().threshold()
                        + "   "
                        + Format.duration(Duration.between(k.sample().at(), now))
                        + " ago")
            .orElse("not polled yet");
    console.out().println(paint.bold(each.name().text()) + "   " + poll);
    for (Row row : rows) {
      console.out().println("  " + line(paint, row, now));
    }
    if (rows.isEmpty()) {
      console.out().println("  no release was watched yet: ripcord watch --release NAME");
    }
  }

  /**
   * Who acts for the service now; that nobody does is printed where a release waits for somebody.
   */
  private void watcher(Optional<String> holder, List<Row> rows) {
    if (holder.isPresent()) {
      console.out().println("  watched by " + Printable.of(holder.get()));
    } else if (rows.stream().anyMatch(row -> row.state().isPresent())) {
      console.out().println("  nobody watches it now: ripcord start goes on with it");
    }
  }

  private static String line(Ansi paint, Row shown, Instant now) {
    Journal.WatchRow row = shown.watch();
    String name = row.charter().release().shownName();
    if (row.outcome().isEmpty()) {
      Duration since = Duration.between(row.charter().startedAt(), now);
      return paint.alert()
          + " "
          + name
          + "  under way for "
          + Format.duration(since)
          + " of "
          + Format.duration(row.charter().bake())
          + shown.standing().map(StatusCommand::standing).orElse("");
    }
    Outcome outcome = row.outcome().get();
    String mark =
        switch (outcome) {
          case HEALTHY -> paint.ok();
          case ROLLED_BACK -> paint.back();
          case ROLLED_BACK_UNHEALTHY, FAILED, CONDEMNED -> paint.cross();
          case INCONCLUSIVE, ABORTED, SUPERSEDED -> paint.alert();
        };
    return mark
        + " "
        + name
        + "  "
        + outcome.text()
        + "  "
        + Format.duration(Duration.between(row.endedAt().orElse(now), now))
        + " ago: "
        + Printable.lines(row.text().orElse(""));
  }

  private static String standing(WatchProjection watch) {
    if (watch.run().orElse(null) instanceof RunState.Asking asking) {
      ServiceName service = watch.charter().release().service();
      return "; rolling back, and asks until "
          + clock(asking.until())
          + " whether the downs may run, which would lose now: "
          + Printable.lines(asking.losses())
          + ". ripcord approve "
          + service
          + ", or leave them out: ripcord abort "
          + service;
    }
    return switch (watch.state()) {
      case WatchState.Watching watching -> "";
      case WatchState.Paused paused -> "; held until " + clock(paused.until());
      case WatchState.Asking asking ->
          "; condemned, waits for an approval until " + clock(asking.until());
      case WatchState.RollingBack rolling -> "; rolling back: " + rolling.cause().text();
      case WatchState.Ended ended -> "";
    };
  }

  private static String clock(Instant instant) {
    return Format.clock(instant, ZoneId.systemDefault());
  }
}
