package dev.ripcord.cli.replay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Choice;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.OutputFormat;
import dev.ripcord.cli.console.PollOptions;
import dev.ripcord.cli.console.RuleOptions;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.json.CheckJson;
import dev.ripcord.json.Json;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal;
import dev.ripcord.watch.Replay;
import dev.ripcord.watch.WatchEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code replay}: judges recorded polls again, under other rules. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = "Judges recorded polls again, under rules that you want to try.",
    footer = {
      "",
      "A FILE holds one JSON object a line, as check -o json prints them; watch --record FILE"
          + " writes one.",
      "Changes nothing. Exit: 0 healthy, 16 condemned, 13 inconclusive.",
      "",
      "Examples:",
      "  ripcord replay v42 --threshold 3%% --breaches 2",
      "  ripcord replay polls.ndjson --normal 0%%"
    })
public final class ReplayCommand implements Callable<Integer> {
  private final Console console;
  private final Clocks clocks;

  @Mixin private final CommonOptions common = new CommonOptions();
  @Mixin private final RuleOptions rule = new RuleOptions();

  @Parameters(
      arity = "1",
      paramLabel = "FILE|RELEASE",
      description = "a recording, or a release that was watched")
  private String polls = "";

  @Option(names = "--service", paramLabel = "NAME", description = "whose release it is")
  private @Nullable String service;

  @Option(
      names = "--minimum-requests",
      paramLabel = "N",
      description = "with fewer, a poll is not judged by itself")
  private @Nullable String minimumRequests;

  @Option(
      names = "--normal",
      paramLabel = "RATIO",
      description = "errors of the service when well; 0%% judges by the threshold alone")
  private @Nullable String normal;

  public ReplayCommand(Console console, Clocks clocks) {
    this.console = console;
    this.clocks = clocks;
  }

  @Override
  public Integer call() {
    OutputFormat format = OutputFormat.of(common, false);
    Path file = Path.of(polls);
    if (Files.isRegularFile(file)) {
      return judged(format, rules(Rules.DEFAULT), Recording.read(file));
    }
    Optional<Settings> settings = new Configuration(console).load(common);
    if (settings.isEmpty()) {
      return ExitCode.USAGE;
    }
    if (settings.get().services().isEmpty()) {
      throw new UsageException(
          "\"%s\" is no file here, and no service is configured whose release it could be;"
                  .formatted(polls)
              + " name a recording, or the configuration with -c");
    }
    ServiceSettings chosen = Choice.of(settings.get(), Optional.ofNullable(service));
    return judged(format, rules(chosen.rules()), recorded(settings.get(), chosen));
  }

  /** The polls of a watch, as the journal has them. */
  private List<Sample> recorded(Settings settings, ServiceSettings chosen) {
    Assembly assembly = new Assembly(console, clocks, settings);
    try {
      Journal journal = assembly.journal(JournalDatabase.Sharing.JOIN);
      Journal.WatchRow row =
          journal
              .find(chosen.name(), polls)
              .await()
              .orElseThrow(
                  () ->
                      new UsageException(
                          "\""
                              + polls
                              + "\" is neither a file nor a release of "
                              + chosen.name()
                              + " that was watched; those are in: ripcord status "
                              + chosen.name()));
      List<Sample> samples =
          journal.entries(row.id()).await().stream()
              .flatMap(
                  each ->
                      each.entry() instanceof Entry.Watched(WatchEvent.Sampled(Sample sample))
                          ? Stream.of(sample)
                          : Stream.empty())
              .toList();
      if (samples.isEmpty()) {
        throw new UsageException("release " + polls + " was watched without a poll");
      }
      return samples;
    } finally {
      assembly.close();
    }
  }

  private Rules rules(Rules base) {
    Rules over = rule.over(base);
    Rules floor =
        PollOptions.read("--minimum-requests", minimumRequests, ReplayCommand::count)
            .map(over::withMinimumRequests)
            .orElse(over);
    return PollOptions.read("--normal", normal, Ratio::parse).map(floor::withNormal).orElse(floor);
  }

  private static Integer count(String text) {
    if (!text.strip().matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException("\"" + text + "\" is no count, 1 or more");
    }
    return Integer.valueOf(text.strip());
  }

  private int judged(OutputFormat format, Rules rules, List<Sample> samples) {
    Replay replay = Replay.of(rules, samples);
    if (format == OutputFormat.JSON) {
      json(replay);
    } else {
      new ReplayText(Ansi.of(console, common.noColor), rules)
          .lines(replay)
          .forEach(console.out()::println);
    }
    return replay.outcome().exitCode();
  }

  private void json(Replay replay) {
    for (int i = 0; i < replay.polls().size(); i++) {
      Replay.Poll poll = replay.polls().get(i);
      ObjectNode line = Json.object().put("event", "polled").put("poll", i + 1);
      line.put("time", Json.time(poll.sample().at()));
      line.put("verdict", poll.reading().kind().text()).put("streak", poll.streak());
      line.set("reasons", CheckJson.reasons(poll.reading().reasons()));
      console.out().println(line);
    }
    console
        .out()
        .println(
            Json.object()
                .put("event", "finished")
                .put("outcome", replay.outcome().text())
                .put("polls", replay.polls().size())
                .put("exitCode", replay.outcome().exitCode())
                .put("text", replay.text()));
  }
}
