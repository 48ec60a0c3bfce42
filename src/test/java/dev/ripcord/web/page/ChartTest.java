package dev.ripcord.web.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading.Kind;
import dev.ripcord.json.Examples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartTest {
  private static final Instant TO = Examples.AT;
  private static final Instant FROM = TO.minus(Duration.ofSeconds(1000));

  private static Point at(int second, Kind kind) {
    return Point.of(Polls.at(FROM.plusSeconds(second), kind));
  }

  private static Chart chart(List<Point> points, Optional<Instant> first) {
    return new Chart(
        FROM, TO, new ServiceHistory.Polls(points, false, Duration.ofSeconds(100), first));
  }

  private static String errorRate(List<Point> points, List<Chart.Release> releases) {
    return errorRate(points, Optional.of(FROM.minusSeconds(1)), releases);
  }

  private static String errorRate(
      List<Point> points, Optional<Instant> first, List<Chart.Release> releases) {
    return chart(points, first)
        .svg(
            List.of(new Chart.Line("a", Point::errorRate)),
            new Chart.Look(
                "error rate", OptionalDouble.of(0.05), true, 0.08, FigureText::shareLimit, true),
            releases)
        .toString();
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "0.0041, 0.005", "0.021, 0.025", "1, 1", "1.01, 2", "5.5, 10", "950, 1000"})
  void scale_endsAtARoundNumber(double value, double top) {
    assertThat(Chart.nice(value)).isEqualTo(top);
  }

  @Test
  void line_endsWhereNothingWasMeasuredAndGoesOnAfterIt() {
    String svg =
        errorRate(
            List.of(
                at(100, Kind.HEALTHY),
                at(200, Kind.HEALTHY),
                at(300, Kind.UNKNOWN),
                at(400, Kind.HEALTHY),
                at(800, Kind.HEALTHY),
                at(900, Kind.HEALTHY)),
            List.of());

    assertThat(svg)
        .contains("<path class=\"line a\" d=\"M100 960h0L200 960M400 960h0M800 960h0L900 960\"/>")
        .contains(
            "<rect class=\"gap unknown\" x=\"25%\" width=\"10%\" y=\"0\""
                + " height=\"100%\"><title>unknown, neither good nor bad: shop.invalid does not"
                + " resolve</title>")
        .contains("<rect class=\"gap none\" x=\"40%\" width=\"40%\"");
  }

  @Test
  void share_withALimitBelowItsWhole_endsAtTheWhole() {
    String svg =
        chart(List.of(at(100, Kind.HEALTHY), at(200, Kind.HEALTHY)), Optional.of(FROM))
            .svg(
                List.of(new Chart.Line("a", p -> p.cpu().orElse(Double.NaN))),
                new Chart.Look(
                    "CPU", OptionalDouble.of(0.99), false, 1, FigureText::shareLimit, false),
                List.of())
            .toString();

    assertThat(svg).contains(">100%</text>", ">50%</text>").doesNotContain(">200%</text>");
  }

  @Test
  void breachesLimitAndReleases_areMarked() {
    String svg =
        errorRate(
            List.of(at(400, Kind.HEALTHY), at(500, Kind.BREACH), at(600, Kind.HEALTHY)),
            List.of(
                new Chart.Release(FROM.plusSeconds(450), "v1<"),
                new Chart.Release(FROM.plusSeconds(460), "v2"),
                new Chart.Release(FROM.plusSeconds(900), "v3")));

    assertThat(svg)
        .contains("<circle class=\"breach\" cx=\"50%\" cy=\"29%\" r=\"3.5\"/>")
        .contains("<line class=\"limit\" x1=\"0\" x2=\"100%\" y1=\"50%\" y2=\"50%\"/>")
        .contains("<line class=\"release\" x1=\"45%\"", "<line class=\"release\" x1=\"46%\"")
        .contains("x=\"45%\" y=\"12\" dx=\"-4\" text-anchor=\"end\">v1&lt;</text>")
        .contains("x=\"46%\" y=\"12\" dx=\"4\" text-anchor=\"start\">v2</text>", ">v3</text>");
  }

  @Test
  void releases_thatBeganCloseTogether_leaveTheRoomForTheNameToTheNewest() {
    String svg =
        errorRate(
            List.of(at(100, Kind.HEALTHY)),
            List.of(
                new Chart.Release(FROM.plusSeconds(100), "v40"),
                new Chart.Release(FROM.plusSeconds(900), "v41"),
                new Chart.Release(FROM.plusSeconds(950), "v42")));

    assertThat(svg)
        .contains("x=\"95%\" y=\"12\" dx=\"-4\" text-anchor=\"end\">v42</text>")
        .contains("x=\"10%\" y=\"12\" dx=\"4\" text-anchor=\"start\">v40</text>")
        .contains("<title>v41</title>")
        .doesNotContain(">v41</text>");
  }

  @Test
  void release_withALongName_staysInItsChart() {
    String name = "release/2026.11.30+build.1234567890";

    String svg =
        errorRate(
            List.of(at(100, Kind.HEALTHY)),
            List.of(new Chart.Release(FROM.plusSeconds(500), name)));

    assertThat(svg).contains(">release/2026.1…</text>", "<title>" + name + "</title>");
  }

  @Test
  void nothingRecorded_isAGapAndNoLine() {
    assertThat(errorRate(List.of(), List.of()))
        .contains("<rect class=\"gap none\" x=\"0%\" width=\"100%\"")
        .contains("<path class=\"line a\" d=\"\"/>", "nothing was recorded</text>");
  }

  @ParameterizedTest
  @CsvSource({
    "800, before, before the first recorded poll, gap none",
    "-3600, none, nothing was recorded, gap before",
  })
  void emptyTime_isAGap_orBeforeTheFirstPoll_andSaidInWordsOnce(
      int first, String gap, String words, String not) {
    String svg =
        errorRate(
            List.of(at(800, Kind.HEALTHY), at(900, Kind.HEALTHY)),
            Optional.of(FROM.plusSeconds(first)),
            List.of());

    assertThat(svg)
        .contains("<rect class=\"gap " + gap + "\" x=\"0%\" width=\"80%\"")
        .containsOnlyOnce(">" + words + "</text>")
        .doesNotContain(not);
    assertThat(svg.contains("fill=\"url(#hatch)\"")).isEqualTo(gap.equals("none"));
  }

  @Test
  void singlePoll_isADot() {
    String svg =
        errorRate(List.of(at(990, Kind.HEALTHY)), Optional.of(FROM.plusSeconds(990)), List.of());

    assertThat(svg).contains("<path class=\"dot a\" d=\"M990 960h0\"/>");
  }

  @Test
  void pollBetweenGaps_isADot_alsoWherePollsAreMany() {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      points.add(at(10 * i, Kind.HEALTHY));
    }
    points.add(at(600, Kind.HEALTHY));
    points.add(at(900, Kind.HEALTHY));
    points.add(at(910, Kind.HEALTHY));

    String svg =
        new Chart(
                FROM,
                TO,
                new ServiceHistory.Polls(points, false, Duration.ofSeconds(10), Optional.of(FROM)))
            .svg(
                List.of(new Chart.Line("a", Point::errorRate)),
                new Chart.Look(
                    "error rate",
                    OptionalDouble.of(0.05),
                    true,
                    0.08,
                    FigureText::shareLimit,
                    true),
                List.of())
            .toString();

    assertThat(svg).contains("<path class=\"dot a\" d=\"M600 960h0\"/>");
  }

  @Test
  void limit_thatIsFarAway_isLeftOutWhereItNeedNotBeShown() {
    List<Point> points = new ArrayList<>(List.of(at(100, Kind.HEALTHY), at(200, Kind.HEALTHY)));
    String svg =
        chart(points, Optional.of(FROM))
            .svg(
                List.of(new Chart.Line("a", p -> p.latency().p99().orElse(Double.NaN))),
                new Chart.Look(
                    "latency", OptionalDouble.of(30), false, 0, FigureText::millisLimit, false),
                List.of())
            .toString();

    assertThat(svg).doesNotContain("class=\"limit\"").contains(">250 ms</text>");
  }
}
