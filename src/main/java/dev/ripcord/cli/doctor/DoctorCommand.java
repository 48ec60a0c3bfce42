package dev.ripcord.cli.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.alert.Alerts;
import dev.ripcord.cli.check.Measurement;
import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Choice;
import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.OutputFormat;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.cli.plan.ReleaseResolver;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Sample;
import dev.ripcord.json.Json;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Platform;
import dev.ripcord.port.Schema;
import dev.ripcord.release.Release;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code doctor}: tries now what must work at the last breach. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Tries now what a rollback will need: is all of it there?",
      "Source, platform, previous image, downs, database, journal, disk and clock, a line for"
          + " each with what to do next. Changes nothing."
    },
    footer = {
      "",
      "Exit: 0 all is true, 4 something is not, 3 nothing is wrong but something is unknown.",
      "Example: ripcord doctor shop --alert"
    })
public final class DoctorCommand implements Callable<Integer> {
  private static final long ASK_SECONDS = 15;
  private static final Set<String> FOR_PROGRAMS = Set.of("cdevents", "traces");

  private final Console console;
  private final Clocks clocks;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "all when left out")
  private @Nullable String service;

  @Option(names = "--alert", description = "send a test alert to each channel")
  private boolean alert;

  public DoctorCommand(Console console, Clocks clocks) {
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
      List<Finding> findings = new ArrayList<>();
      Optional<Journal> journal = journal(assembly, settings, findings);
      findings.add(disk(settings.data()));
      findings.addAll(alerts(assembly, settings, chosen.getFirst()));
      for (ServiceSettings each : chosen) {
        service(assembly, journal, each).stream()
            .map(finding -> finding.of(each.name().text()))
            .forEach(findings::add);
      }
      print(format, findings);
      return switch (Diagnosis.whole(findings)) {
        case TRUE, WARNING, NOT_TRIED -> ExitCode.DONE;
        case UNKNOWN -> ExitCode.UNKNOWN;
        case FALSE -> ExitCode.REFUSED;
      };
    } finally {
      assembly.close();
    }
  }

  private static Optional<Journal> journal(
      Assembly assembly, Settings settings, List<Finding> findings) {
    try {
      Journal journal = assembly.journal(JournalDatabase.Sharing.JOIN);
      findings.add(
          Finding.good(
              "journal",
              settings.database().isPresent()
                  ? "its database answers"
                  : "its own PostgreSQL answers, in " + settings.data()));
      return Optional.of(journal);
    } catch (Exception e) {
      findings.add(
          Finding.bad(
              "journal",
              CommandRunner.message(e),
              "without it nothing is rolled back: see docs/guide-operator.md"));
      return Optional.empty();
    }
  }

  private static Finding disk(Path data) {
    Path there = data.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = Objects.requireNonNull(there.getParent());
    }
    try {
      return Diagnosis.disk(data.toString(), Files.getFileStore(there).getUsableSpace());
    } catch (IOException e) {
      return Finding.unknown("disk", "the room in " + data + " cannot be read", "df " + there);
    }
  }

  private List<Finding> alerts(Assembly assembly, Settings settings, ServiceSettings about) {
    List<String> channels = Alerts.names(settings.alerts());
    if (channels.isEmpty()) {
      return List.of(
          Finding.notTried(
              "alerts",
              "no channel is configured",
              "alerts.slack, webhook, alertmanager, pagerduty or email; docs/alerts.md"));
    }
    if (!alert) {
      return List.of(
          Finding.notTried(
              "alerts",
              String.join(", ", channels) + ": not tried",
              "--alert sends a test alert to each"));
    }
    List<String> failed =
        assembly
            .alertOnce(
                new Alert(
                    "doctor/" + clocks.wall().instant(),
                    Alert.Kind.TEST,
                    about.name(),
                    "",
                    "Test alert: Ripcord can reach this channel",
                    List.of("Sent by ripcord doctor --alert. You need to do nothing."),
                    clocks.wall().instant()))
            .await();
    return channels.stream().map(channel -> channel(channel, failed)).toList();
  }

  /** Where a channel is configured: those for other programs have a place of their own. */
  private static String key(String channel) {
    return FOR_PROGRAMS.contains(channel) ? channel : "alerts." + channel;
  }

  private static Finding channel(String name, List<String> failed) {
    return failed.stream()
        .filter(line -> line.startsWith(name + ": "))
        .findFirst()
        .map(line -> Finding.bad("alerts", line, "look at " + key(name) + " in the configuration"))
        .orElseGet(() -> Finding.good("alerts", name + " took a test alert"));
  }

  private List<Finding> service(
      Assembly assembly, Optional<Journal> journal, ServiceSettings settings) {
    WatchedService made = assembly.service(settings);
    List<Finding> findings = new ArrayList<>(source(assembly, made, settings));
    made.platform().ifPresent(platform -> findings.add(platform(platform)));
    made.schema().ifPresent(schema -> findings.addAll(database(schema)));
    findings.addAll(
        journal
            .map(known -> plan(known, made, settings))
            .orElseGet(
                () ->
                    List.of(
                        Finding.unknown(
                            "rollback", "cannot be planned without the journal", "see journal"))));
    return findings;
  }

  private static List<Finding> source(
      Assembly assembly, WatchedService made, ServiceSettings settings) {
    String name = settings.name().text();
    try {
      Sample sample = Measurement.take(assembly, made.probe(), settings, Measurement.OVER);
      return Diagnosis.source(
          name, sample, new Judge(settings.rules()).judge(sample, Counts.NONE).reading());
    } catch (Exception e) {
      return List.of(
          Finding.bad(
              "source", "could not be read in time", "ripcord check " + name + " -v shows it"));
    }
  }

  /** Whether the switch itself is allowed is seen only by doing it. */
  private static Finding platform(Platform platform) {
    try {
      return Finding.good(
          "platform", platform.name() + " answers and runs " + asked(platform.running()).ref());
    } catch (Exception e) {
      return Finding.bad(
          "platform",
          platform.name() + ": " + CommandRunner.message(e),
          "docs/platforms.md has what it needs");
    }
  }

  private List<Finding> database(Schema schema) {
    List<Finding> findings = new ArrayList<>();
    try {
      int applied = asked(schema.applied()).size();
      findings.add(
          Finding.good(
              "database",
              "answers; " + applied + (applied == 1 ? " migration" : " migrations") + " applied"));
      asked(schema.clock())
          .ifPresent(there -> findings.add(Diagnosis.clock(clocks.wall().instant(), there)));
    } catch (Exception e) {
      findings.add(
          Finding.bad(
              "database", CommandRunner.message(e), "ripcord migrate status shows the same"));
    }
    return findings;
  }

  private static List<Finding> plan(
      Journal journal, WatchedService made, ServiceSettings settings) {
    String name = settings.name().text();
    try {
      Release release =
          ReleaseResolver.of(journal, made, settings, Optional.empty(), Optional.empty());
      RollbackPlanning.Priced priced =
          new RollbackPlanning(journal, made).priced(release, made.terms().policy()).await();
      List<Finding> findings =
          new ArrayList<>(Diagnosis.plan(name, priced.planned(), priced.ways()));
      findings.addAll(Diagnosis.locks(priced.rights()));
      return findings;
    } catch (UsageException e) {
      return List.of(
          Finding.unknown(
              "previous image",
              "no release of " + name + " is known yet",
              "ask again after its first release: ripcord watch, or ripcord deploy"));
    } catch (Exception e) {
      return List.of(Finding.unknown("rollback", CommandRunner.message(e), "ripcord plan " + name));
    }
  }

  private static <T> T asked(Future<T> future) {
    return future
        .timeout(ASK_SECONDS, TimeUnit.SECONDS)
        .recover(
            e ->
                Future.failedFuture(
                    e instanceof TimeoutException
                        ? new IllegalStateException("no answer within " + ASK_SECONDS + " s")
                        : e))
        .await();
  }

  private void print(OutputFormat format, List<Finding> findings) {
    if (format == OutputFormat.JSON) {
      console.out().println(json(findings));
    } else {
      new DoctorText(Ansi.of(console, common.noColor))
          .lines(findings)
          .forEach(console.out()::println);
    }
  }

  private static ObjectNode json(List<Finding> findings) {
    ObjectNode answer = Json.object();
    answer.put("ready", Diagnosis.whole(findings).text());
    ArrayNode list = answer.putArray("findings");
    for (Finding finding : findings) {
      ObjectNode each = list.addObject();
      each.put("service", finding.service().orElse(null));
      each.put("subject", finding.subject());
      each.put("state", finding.state().text());
      each.put("text", finding.text());
      each.put("next", finding.next().orElse(null));
    }
    return answer;
  }
}
