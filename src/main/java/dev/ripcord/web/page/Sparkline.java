package dev.ripcord.web.page;

import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Ratio;
import dev.ripcord.release.ServiceName;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The last polls of a service as a small picture: a bar for each, as high as its error rate stands
 * to the limit, in the colour of what it meant. A poll that could not tell is a dot in the middle,
 * neither low nor high.
 */
final class Sparkline {
  private static final int WIDTH = 4;
  private static final int HEIGHT = 28;
  private static final int LIMIT = 19;
  private static final int LEAST = 5;
  private static final int MOST = 27;

  private Sparkline() {}

  static Html of(ServiceName service, RecentPolls.Recent recent, Optional<Ratio> limit) {
    Map<HealthReading.Kind, StringBuilder> paths = new EnumMap<>(HealthReading.Kind.class);
    int x = WIDTH * (RecentPolls.MAX - recent.polls().size()) + WIDTH / 2;
    for (RecentPolls.Poll poll : recent.polls()) {
      StringBuilder path = paths.computeIfAbsent(poll.kind(), _ -> new StringBuilder());
      if (poll.kind() == HealthReading.Kind.UNKNOWN) {
        path.append('M').append(x).append(" 13v3");
      } else {
        path.append('M').append(x).append(" 28v-").append(height(poll, limit));
      }
      x += WIDTH;
    }
    List<Html> bars = new ArrayList<>();
    paths.forEach(
        (kind, path) ->
            bars.add(Html.of("<path class=\"{}\" d=\"{}\"/>", Mark.of(kind).style(), path)));
    return Html.of(
        "<svg class=\"spark\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {} {}\""
            + " preserveAspectRatio=\"none\"><path class=\"limit\" d=\"M0 {}H{}\"/>{}</svg>",
        label(service, recent, limit),
        WIDTH * RecentPolls.MAX,
        HEIGHT,
        HEIGHT - LIMIT,
        WIDTH * RecentPolls.MAX,
        Html.join(bars));
  }

  /** A breach of something else than the error rate reaches the limit too. */
  private static int height(RecentPolls.Poll poll, Optional<Ratio> limit) {
    boolean breach = poll.kind() == HealthReading.Kind.BREACH;
    if (Double.isNaN(poll.errorRate())) {
      return breach ? MOST : LEAST;
    }
    double most = limit.map(l -> l.millionths() / 1e6).orElse(1.0);
    double share = poll.errorRate() / most;
    int height = (int) Math.min(MOST, LEAST + share * (LIMIT - LEAST));
    return breach ? Math.max(height, LIMIT + LEAST) : height;
  }

  private static String label(
      ServiceName service, RecentPolls.Recent recent, Optional<Ratio> limit) {
    List<RecentPolls.Poll> polls = recent.polls();
    if (polls.isEmpty()) {
      return service + ": no polls yet";
    }
    StringBuilder label = new StringBuilder();
    label.append(service).append(": ");
    label.append(polls.size() == 1 ? "last poll" : "last " + polls.size() + " polls");
    String before = ": ";
    for (HealthReading.Kind kind : HealthReading.Kind.values()) {
      long count = polls.stream().filter(p -> p.kind() == kind).count();
      if (count > 0) {
        label.append(before).append(count).append(' ').append(kind.text());
        before = ", ";
      }
    }
    label.append("; last error rate ");
    label.append(
        recent
            .last()
            .map(c -> limit.map(l -> FigureText.rateOf(c, l)).orElseGet(() -> FigureText.rateOf(c)))
            .orElse("not measured"));
    limit.ifPresent(l -> label.append(", limit ").append(l));
    return label.toString();
  }
}
