package dev.ripcord.report;

import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading.Kind;
import dev.ripcord.health.Ratio;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The error rate of a watch as a picture of characters: a bar for each poll, the limit as a line,
 * under each bar how the poll was judged. Where polls are more than fit, a bar is the worst of
 * several.
 */
final class RateChart {
  private static final int ROWS = 6;
  private static final int COLUMNS = 60;
  private static final String EIGHTHS = " ▁▂▃▄▅▆▇█";
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private RateChart() {}

  /** One bar: the worst rate of its polls, and the worst that they said. */
  private record Bar(OptionalDouble rate, Optional<Kind> kind) {}

  /** The picture, top line first; none where no poll was made. */
  static List<String> lines(List<WatchReport.Poll> polls, Ratio threshold) {
    if (polls.isEmpty()) {
      return List.of();
    }
    List<Bar> bars = bars(polls);
    double limit = threshold.value();
    double highest = bars.stream().flatMapToDouble(bar -> bar.rate().stream()).max().orElse(0);
    double top = Math.max(highest, limit * 1.25);
    int limitRow = Math.min(ROWS - 1, (int) (limit / top * ROWS));
    String limitText = threshold.toString();
    String topText = FigureText.share(top);
    int margin = Math.max(limitText.length(), topText.length());
    List<String> lines = new ArrayList<>();
    for (int row = ROWS - 1; row >= 0; row--) {
      boolean isLimit = row == limitRow;
      String label = isLimit ? limitText : row == ROWS - 1 ? topText : row == 0 ? "0%" : "";
      StringBuilder line =
          new StringBuilder(" ".repeat(margin - label.length()) + label + (isLimit ? " ┼" : " │"));
      for (Bar bar : bars) {
        char cell = cell(bar.rate(), top, row);
        line.append(cell == ' ' && isLimit ? '┄' : cell);
      }
      if (isLimit) {
        line.append("┄ limit");
      }
      lines.add(line.toString().stripTrailing());
    }
    StringBuilder marks = new StringBuilder(" ".repeat(margin + 2));
    bars.forEach(bar -> marks.append(bar.kind().map(k -> Moments.mark(k).sign()).orElse("·")));
    lines.add(marks.toString());
    lines.add(" ".repeat(margin + 2) + axis(polls, bars.size()));
    return lines;
  }

  /** What the marks mean. */
  static String legend(List<WatchReport.Poll> polls) {
    String each =
        polls.size() > COLUMNS ? "A bar is the worst of several polls" : "A bar is a poll";
    return each + "; ✔ healthy, ✖ breach, ▲ warning, ? unknown, · not judged";
  }

  private static String axis(List<WatchReport.Poll> polls, int width) {
    Instant first = polls.getFirst().at();
    Instant last = polls.getLast().at();
    String from = CLOCK.format(first);
    if (polls.size() == 1) {
      return from;
    }
    String to = CLOCK.format(last);
    return from + " ".repeat(Math.max(1, width - from.length() - to.length())) + to + " UTC";
  }

  private static List<Bar> bars(List<WatchReport.Poll> polls) {
    int columns = Math.min(COLUMNS, polls.size());
    List<Bar> bars = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      int from = (int) ((long) polls.size() * i / columns);
      int to = (int) ((long) polls.size() * (i + 1) / columns);
      List<WatchReport.Poll> some = polls.subList(from, to);
      OptionalDouble worst = some.stream().flatMapToDouble(p -> p.errorRate().stream()).max();
      Optional<Kind> kind =
          some.stream().flatMap(p -> p.kind().stream()).max((a, b) -> rank(a) - rank(b));
      bars.add(new Bar(worst, kind));
    }
    return bars;
  }

  private static int rank(Kind kind) {
    return switch (kind) {
      case HEALTHY -> 0;
      case UNKNOWN -> 1;
      case WARNING -> 2;
      case BREACH -> 3;
    };
  }

  /** How much of one row a bar fills; a rate above 0 is seen in the lowest row. */
  private static char cell(OptionalDouble rate, double top, int row) {
    if (rate.isEmpty()) {
      return ' ';
    }
    long eighths = Math.round(rate.getAsDouble() / top * ROWS * 8);
    if (rate.getAsDouble() > 0) {
      eighths = Math.max(1, eighths);
    }
    return EIGHTHS.charAt(Math.clamp(eighths - 8L * row, 0, 8));
  }
}
