package dev.ripcord.cli.silence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Format;
import dev.ripcord.json.Json;
import dev.ripcord.json.SilenceJson;
import dev.ripcord.silence.Silence;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code silence list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "The silences that hold, and how many alerts each has held back.",
    footer = {"", "Example: ripcord silence list -o json"})
final class SilenceList implements Callable<Integer> {
  private final SilenceAccess access;

  @Mixin private final CommonOptions common = new CommonOptions();

  SilenceList(SilenceAccess access) {
    this.access = access;
  }

  @Override
  public Integer call() {
    return access.with(
        common,
        (_, book) -> {
          Instant now = access.clocks().wall().instant();
          List<Silence> all = book.open().holding(now).await().all();
          PrintStream out = access.console().out();
          if (common.json()) {
            ObjectNode json = Json.object();
            json.set("silences", SilenceJson.of(all));
            out.println(json);
          } else if (all.isEmpty()) {
            out.println("no silence holds: every alert is sent");
          } else {
            all.forEach(each -> out.println(line(each, now)));
          }
          return 0;
        });
  }

  private static String line(Silence silence, Instant now) {
    return "%d  %s  %s (%s)"
        .formatted(
            silence.id(),
            silence.scope(),
            SilenceCommand.line(silence, now),
            Format.count(silence.held(), "alert", "alerts") + " held back");
  }
}
