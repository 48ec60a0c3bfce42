package dev.ripcord.cli.silence;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.PollOptions;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.config.Durations;
import dev.ripcord.config.Settings;
import dev.ripcord.json.SilenceJson;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Clocks;
import dev.ripcord.release.ServiceName;
import dev.ripcord.silence.Silence;
import dev.ripcord.silence.SilenceScope;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ripcord silence}. */
@Command(
    name = "silence",
    mixinStandardHelpOptions = true,
    description = {
      "Keeps alerts from being sent for a while.",
      "Releases are judged and rolled back all the same. What still holds at the end is sent"
          + " then. Sent in any case, unless --kind names it: what waits for a person (ask, failed,"
          + " migration-failed, unhealthy)."
    },
    footer = {
      "",
      "Examples:",
      "  ripcord silence shop --for 2h --reason 'moves to the new rack'",
      "  ripcord silence 'shop-*' --for 30m --kind breach --reason 'load test'",
      "  ripcord silence list"
    })
public final class SilenceCommand implements Callable<Integer> {
  private static final int NAMED = 5;

  private final SilenceAccess access;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "a service, or a beginning: 'shop-*'")
  private @Nullable String services;

  @Option(names = "--all", description = "the alerts of every service")
  private boolean all;

  @Option(names = "--for", paramLabel = "TIME", description = "how long, such as 2h; 30d at most")
  private @Nullable String time;

  @Option(names = "--until", paramLabel = "TIME", description = "or until when: 2026-12-01T10:00Z")
  private @Nullable String until;

  @Option(names = "--reason", paramLabel = "TEXT", description = "why, for those who look")
  private @Nullable String reason;

  @Option(names = "--kind", paramLabel = "KIND", description = "only alerts of this kind: breach")
  private @Nullable String kind;

  @Option(names = "--by", paramLabel = "WHO", description = "who you are (default: your login)")
  private @Nullable String by;

  private SilenceCommand(SilenceAccess access) {
    this.access = access;
  }

  /** The command with its subcommands. */
  public static CommandLine commandLine(Console console, Clocks clocks) {
    SilenceAccess access = new SilenceAccess(console, clocks);
    return new CommandLine(new SilenceCommand(access))
        .addSubcommand(new SilenceList(access))
        .addSubcommand(new SilenceEnd(access));
  }

  @Override
  public Integer call() {
    return access.with(common, this::begin);
  }

  private int begin(Settings settings, SilenceAccess.Supply book) {
    Instant now = access.clocks().wall().instant();
    SilenceScope scope = scope();
    List<String> names =
        settings.services().keySet().stream()
            .filter(scope::includes)
            .map(ServiceName::text)
            .toList();
    if (names.isEmpty()) {
      throw new UsageException(
          "no service "
              + scope
              + " is configured; configured: "
              + settings.services().keySet().stream()
                  .map(ServiceName::text)
                  .collect(Collectors.joining(", ")));
    }
    String why =
        PollOptions.read("--reason", reason, Silence::reason)
            .orElseThrow(() -> new UsageException("why? Say it for the others: --reason TEXT"));
    Silence.Wanted wanted =
        new Silence.Wanted(
            scope,
            PollOptions.read("--kind", kind, Silence::kind),
            access.who(settings, by),
            why,
            end(now));
    Silence silence = book.open().begin(wanted, now).await();
    if (common.json()) {
      access.console().out().println(SilenceJson.of(silence).toString());
    } else {
      told(silence, names, now).forEach(access.console().out()::println);
    }
    return 0;
  }

  private SilenceScope scope() {
    if (all == (services != null)) {
      throw new UsageException(
          all
              ? "--all is every service; leave " + services + " out"
              : "whose alerts? Name a service, a beginning such as 'shop-*', or --all");
    }
    return PollOptions.read("SERVICE", services, SilenceScope::new).orElse(SilenceScope.ALL);
  }

  private Instant end(Instant now) {
    Optional<Instant> after =
        PollOptions.read(
            "--for", time, text -> Silence.within(now, now.plus(Durations.parsePositive(text))));
    Optional<Instant> at =
        PollOptions.read("--until", until, text -> Silence.within(now, Silence.time(text)));
    if (after.isPresent() == at.isPresent()) {
      throw new UsageException(
          "a silence has one end: --for, such as 2h, or --until, such as 2026-12-01T10:00Z");
    }
    return after.or(() -> at).orElseThrow();
  }

  private static List<String> told(Silence silence, List<String> names, Instant now) {
    String more = names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "";
    String shown = String.join(", ", names.stream().limit(NAMED).toList()) + more;
    return List.of(
        "silence " + silence.id() + ", " + shown + ": " + line(silence, now),
        "Judged and rolled back all the same. "
            + (silence.kind().isPresent()
                ? "Alerts of other kinds are sent."
                : "Sent all the same: " + heard() + "."),
        "End it: ripcord silence end " + silence.id());
  }

  /** What a silence without a kind leaves, in words. */
  private static String heard() {
    return Silence.HEARD.stream().sorted().map(Alert.Kind::text).collect(Collectors.joining(", "));
  }

  static String line(Silence silence, Instant now) {
    return silence.line(now, ZoneId.systemDefault());
  }
}
