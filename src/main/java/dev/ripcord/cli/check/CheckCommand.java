package dev.ripcord.cli.check;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Choice;
import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.OutputFormat;
import dev.ripcord.cli.console.PollOptions;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.config.Durations;
import dev.ripcord.config.HttpUrl;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.health.Counts;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.json.CheckJson;
import dev.ripcord.json.CheckJson.Check;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Probe;
import dev.ripcord.release.ServiceName;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code check}: one health check, now. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = ExitCode.UNKNOWN,
    exitCodeOnExecutionException = ExitCode.UNKNOWN,
    description = "Measures a service once, and judges it.",
    footer = {
      "",
      "Exit: 0 healthy, 1 warning, 2 breach, 3 unknown.",
      "",
      "Examples:",
      "  ripcord check shop",
      "  ripcord check --url http://127.0.0.1:8080/health \\",
      "    --metrics-url http://127.0.0.1:8080/metrics -o json"
    })
public final class CheckCommand implements Callable<Integer> {
  private final Console console;
  private final Clocks clocks;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "a configured service")
  private @Nullable String service;

  @Option(names = "--url", paramLabel = "URL", description = "probe this instead")
  private @Nullable String url;

  @Option(names = "--metrics-url", paramLabel = "URL", description = "and read this metrics page")
  private @Nullable String metricsUrl;

  @Option(names = "--threshold", paramLabel = "RATIO", description = "error rate that breaches")
  private @Nullable String threshold;

  @Option(names = "--timeout", paramLabel = "TIME", description = "of one request")
  private @Nullable String timeout;

  @Option(
      names = "--over",
      paramLabel = "TIME",
      description = "between two readings of a counter, and the time probes are spread over (5s)")
  private @Nullable String over;

  public CheckCommand(Console console, Clocks clocks) {
    this.console = console;
    this.clocks = clocks;
  }

  @Override
  public Integer call() {
    OutputFormat format = OutputFormat.of(common, true);
    try {
      Optional<Settings> settings = settings();
      if (settings.isPresent()) {
        return check(format, settings.get());
      }
      notChecked(format, "the configuration cannot be used: ripcord config check says why");
      return ExitCode.UNKNOWN;
    } catch (RuntimeException e) {
      notChecked(format, CommandRunner.message(e));
      throw e;
    }
  }

  /** A monitoring system shows the line on standard output, and nothing of what is on the other. */
  private void notChecked(OutputFormat format, String why) {
    if (format == OutputFormat.NAGIOS) {
      console.out().println(NagiosLine.notChecked(why));
    }
  }

  private int check(OutputFormat format, Settings settings) {
    boolean adHoc = url != null || metricsUrl != null;
    ServiceSettings target =
        adHoc ? adHoc() : overridden(Choice.of(settings, Optional.ofNullable(service)));
    Duration between = between();
    boolean known =
        !adHoc && !common.verbose && over == null && threshold == null && timeout == null;
    Assembly assembly = new Assembly(console, clocks, settings);
    try {
      LastPoll last = new LastPoll(assembly.vertx(), settings, clocks);
      Optional<Check> stored = known ? last.of(target) : Optional.empty();
      if (stored.isPresent()) {
        int code = print(format, target, stored.get().sample(), stored.get().reading());
        if (format == OutputFormat.TEXT) {
          console.out().println(last.line(stored.get()));
        }
        return code;
      }
      Probe probe = assembly.probe(target);
      if (common.verbose) {
        probe.explain();
      }
      Sample sample = Measurement.take(assembly, probe, target, between);
      int code =
          print(
              format,
              target,
              sample,
              new Judge(target.rules()).judge(sample, Counts.NONE).reading());
      if (format == OutputFormat.TEXT && common.verbose) {
        probe.evidence().forEach(line -> console.out().println("  from       " + line));
      }
      return code;
    } finally {
      assembly.close();
    }
  }

  private int print(
      OutputFormat format, ServiceSettings target, Sample sample, HealthReading reading) {
    switch (format) {
      case JSON -> console.out().println(CheckJson.of(target.name(), sample, reading));
      case NAGIOS -> console.out().println(NagiosLine.of(target, sample, reading));
      case TEXT ->
          new CheckText(Ansi.of(console, common.noColor), target.rules())
              .lines(target.name(), sample, reading, common.verbose)
              .forEach(console.out()::println);
    }
    return switch (reading.kind()) {
      case HEALTHY -> 0;
      case WARNING -> 1;
      case BREACH -> 2;
      case UNKNOWN -> ExitCode.UNKNOWN;
    };
  }

  private Optional<Settings> settings() {
    if ((url != null || metricsUrl != null) && common.config == null) {
      return Optional.of(AdHocSettings.settings());
    }
    return new Configuration(console).load(common);
  }

  /** Between two readings, so never none. */
  private Duration between() {
    Duration between = PollOptions.read("--over", over, Durations::parse).orElse(Measurement.OVER);
    if (!between.isPositive()) {
      throw new UsageException("--over: \"" + over + "\" is no time to count in; such as 5s");
    }
    return between;
  }

  private ServiceSettings overridden(ServiceSettings configured) {
    return with(configured, configured.rules(), configured.schedule().timeout());
  }

  private ServiceSettings with(ServiceSettings base, Rules rules, Duration usual) {
    Optional<Ratio> limit = PollOptions.read("--threshold", threshold, Ratio::parse);
    Duration deadline = PollOptions.read("--timeout", timeout, Durations::parse).orElse(usual);
    return base.with(
        limit.map(rules::withThreshold).orElse(rules), base.schedule().withTimeout(deadline));
  }

  private ServiceSettings adHoc() {
    if (service != null) {
      throw new UsageException("name a SERVICE or a --url, not both");
    }
    Optional<URI> probed = Optional.ofNullable(url).map(u -> uri("--url", u));
    Optional<URI> read = Optional.ofNullable(metricsUrl).map(u -> uri("--metrics-url", u));
    String host = probed.or(() -> read).flatMap(HttpUrl::host).orElse("service");
    ServiceName name = new ServiceName(ServiceName.isValid(host) ? host : "service");
    ServiceSettings bare =
        AdHocSettings.service(name, SourceSettings.of(probed, read, Map.of(), Optional.empty()));
    return with(bare, Rules.DEFAULT, bare.schedule().timeout());
  }

  private static URI uri(String option, String text) {
    try {
      return HttpUrl.parse(text);
    } catch (IllegalArgumentException e) {
      String shown = text.replaceFirst("//.*@", "//***@");
      throw new UsageException(option + ": \"" + shown + "\" " + e.getMessage());
    }
  }
}
