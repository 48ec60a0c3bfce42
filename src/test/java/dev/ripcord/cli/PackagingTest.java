package dev.ripcord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands around the program says the same as the program: metrics, versions, commands. */
class PackagingTest {
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:ripcord|database_migrations|jvm|process)_[a-z_]+\\b(?!\")");
  private static final Pattern DOCUMENTED = Pattern.compile("`([a-z_]+[*]?)`");
  private static final Pattern PART_OF_A_HISTOGRAM = Pattern.compile("_(?:bucket|sum|count|max)$");
  private static final Pattern VERSION =
      Pattern.compile("<artifactId>ripcord</artifactId>\\s*<version>([^<]+)</version>");

  private static final String FIRST_CELL = "\\|.*";

  /** The first cells of the table in docs/metrics.md; a star at the end stands for any rest. */
  private static List<String> documented() throws IOException {
    return Files.readAllLines(Path.of("docs/metrics.md")).stream()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.substring(2).replaceFirst(FIRST_CELL, ""))
        .flatMap(cell -> DOCUMENTED.matcher(cell).results().map(name -> name.group(1)))
        .toList();
  }

  private static boolean isDocumented(String metric, List<String> documented) {
    String base = PART_OF_A_HISTOGRAM.matcher(metric).replaceFirst("");
    return documented.stream()
        .anyMatch(
            name ->
                name.endsWith("*")
                    ? metric.startsWith(name.substring(0, name.length() - 1))
                    : name.equals(metric) || name.equals(base));
  }

  @ParameterizedTest
  @ValueSource(strings = {"config/grafana/dashboard.json", "config/prometheus/rules.yml"})
  void queries_ofWhatIsShipped_nameMetricsThatThereAre(String file) throws IOException {
    List<String> documented = documented();
    TreeSet<String> used =
        METRIC
            .matcher(Files.readString(Path.of(file)))
            .results()
            .map(MatchResult::group)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(used)
        .hasSizeGreaterThan(4)
        .allSatisfy(metric -> assertThat(isDocumented(metric, documented)).as(metric).isTrue());
  }

  @Test
  void dashboard_hasADataSourceToChoose_andTitlesAndUnits() throws IOException {
    JsonNode dashboard =
        new ObjectMapper().readTree(Path.of("config/grafana/dashboard.json").toFile());
    assertThat(dashboard.at("/templating/list").findValuesAsText("type")).contains("datasource");
    assertThat(dashboard.path("panels"))
        .isNotEmpty()
        .allSatisfy(panel -> assertThat(panel.path("title").asText()).isNotBlank())
        .filteredOn(panel -> !panel.path("type").asText().equals("row"))
        .allSatisfy(
            panel -> {
              assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isNotBlank();
              assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
              assertThat(panel.path("targets")).isNotEmpty();
            });
  }

  @Test
  void version_ofChartAndChangelog_isThatOfThePom() throws IOException {
    MatchResult pom =
        VERSION.matcher(Files.readString(Path.of("pom.xml"))).results().findFirst().orElseThrow();
    String version = pom.group(1);
    assertThat(Files.readAllLines(Path.of("config/helm/ripcord/Chart.yaml")))
        .contains("version: " + version, "appVersion: " + version);
    try (Stream<String> lines = Files.lines(Path.of("CHANGELOG.md"))) {
      assertThat(lines.filter(line -> line.startsWith("## ")).findFirst().orElseThrow())
          .startsWith("## " + version);
    }
  }

  @Test
  void unit_startsTheDaemon_andWaitsUntilItIsReady() throws IOException {
    assertThat(Files.readAllLines(Path.of("config/systemd/ripcord.service")))
        .contains(
            "Type=notify",
            "ExecStart=/usr/bin/ripcord start -c /etc/ripcord/ripcord.yaml",
            "RestartPreventExitStatus=2");
  }
}
