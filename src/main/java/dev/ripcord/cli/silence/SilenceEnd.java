package dev.ripcord.cli.silence;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.json.SilenceJson;
import dev.ripcord.silence.Silence;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code silence end}. */
@Command(
    name = "end",
    mixinStandardHelpOptions = true,
    description = "Ends a silence: what it holds back and still holds is sent.",
    footer = {"", "Example: ripcord silence end 3"})
final class SilenceEnd implements Callable<Integer> {
  private final SilenceAccess access;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "ID", description = "its number, from ripcord silence list")
  private long id;

  @Option(names = "--by", paramLabel = "WHO", description = "who you are (default: your login)")
  private @Nullable String by;

  SilenceEnd(SilenceAccess access) {
    this.access = access;
  }

  @Override
  public Integer call() {
    return access.with(
        common,
        (settings, book) -> {
          Instant now = access.clocks().wall().instant();
          Optional<Silence> ended = book.open().end(id, access.who(settings, by), now).await();
          if (ended.isEmpty()) {
            access
                .console()
                .err()
                .println("ripcord: there is no silence " + id + "; see: ripcord silence list");
            return ExitCode.FAILED;
          }
          access
              .console()
              .out()
              .println(common.json() ? SilenceJson.of(ended.get()).toString() : words(ended.get()));
          return 0;
        });
  }

  /** One that was over before is not ended by who asks. */
  private static String words(Silence silence) {
    return "silence "
        + silence.id()
        + ", "
        + silence.scope()
        + ": "
        + silence
            .ended()
            .map(end -> "ended by " + end.by() + "; what still holds is sent")
            .orElse("was over before");
  }
}
