package dev.ripcord.cli.replay;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Format;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Rules;
import dev.ripcord.watch.Replay;
import java.util.ArrayList;
import java.util.List;

/**
 * A replay as people read it: a line for each poll, and the end.
 *
 * @param paint marks and colours
 * @param rules by which it was judged
 */
record ReplayText(Ansi paint, Rules rules) {
  /** All lines. */
  List<String> lines(Replay replay) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < replay.polls().size(); i++) {
      lines.add(line(i + 1, replay.polls().get(i)));
    }
    String mark =
        switch (replay.outcome()) {
          case HEALTHY -> paint.ok();
          case CONDEMNED -> paint.cross();
          default -> paint.alert();
        };
    lines.add(
        "%s %s after %s: %s Exit code %d"
            .formatted(
                mark,
                replay.outcome().text(),
                Format.count(replay.polls().size(), "poll", "polls"),
                Format.sentence(Format.firstLine(replay.text())),
                replay.outcome().exitCode()));
    lines.add(
        "  judged by: threshold %s, breaches %s, minimum-requests %d, normal %s"
            .formatted(
                rules.threshold(), rules.breaches(), rules.minimumRequests(), rules.normal()));
    return lines;
  }

  private String line(int number, Replay.Poll poll) {
    String measured =
        poll.sample().liveness() == Liveness.SILENT
            ? "does not answer"
            : poll.sample()
                .counts()
                .map(counts -> FigureText.rateOf(counts, rules.threshold()))
                .orElse("not measured");
    String streak = poll.streak() > 0 ? "  " + poll.streak() + "/" + rules.breaches().needed() : "";
    return "%4d  %s  %s%s"
        .formatted(number, paint.reading(poll.reading().kind()), measured, streak);
  }
}
