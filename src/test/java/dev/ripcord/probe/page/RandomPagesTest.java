package dev.ripcord.probe.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Counts;
import dev.ripcord.probe.page.text.Decimal;
import dev.ripcord.probe.source.SourceFigures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** The byte parser and the deltas against a slow, obvious version of both, on random services. */
class RandomPagesTest {
  private static final long SEED = Long.getLong("seed", 20_260_102L);
  private static final String[] PATHS = {
    "/", "/a\\\"b", "/c\\\\", "/x{y}=\\\"1\\\",", "/health", "/é"
  };
  private static final String[] CODES = {"200", "201", "404", "500", "503", "0"};

  private final Random random = new Random(SEED);

  @Test
  void randomPages_countAsTheObviousVersionDoes(TestInfo info) {
    for (int run = 0; run < 300; run++) {
      Readings fast = new Readings();
      Obvious slow = new Obvious();
      Map<String, Long> service = new TreeMap<>();
      for (int poll = 0; poll < 8; poll++) {
        live(service);
        String page = page(service);
        Counts expected = slow.read(page);
        SourceFigures figures = fast.read(page);
        assertThat(figures.counts().orElse(new Counts(0, 0)))
            .as("%s seed %d run %d poll %d%n%s", info.getDisplayName(), SEED, run, poll, page)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void randomBytes_neverBreakTheParser() {
    String good = page(Map.of("path=\"/\",code=\"200\"", 5L, "code=\"500\",path=\"/\"", 7L));
    for (int run = 0; run < 20_000; run++) {
      StringBuilder page = new StringBuilder(good);
      for (int i = random.nextInt(4); i >= 0; i--) {
        page.setCharAt(
            random.nextInt(page.length()), "\"{}\\,= \n#e.9\u0000é".charAt(random.nextInt(14)));
      }
      page.setLength(random.nextInt(page.length() + 1));
      Readings readings = new Readings();
      boolean plain = readings.parse(page.toString(), false, random.nextBoolean()).isEmpty();
      boolean open = readings.parse(page.toString(), true, true).isEmpty();
      assertThat(plain || !open).as("seed %d run %d: %s", SEED, run, page).isTrue();
    }
  }

  @Test
  void randomDecimals_areReadToTheLastBit() {
    Decimal decimal = new Decimal();
    for (int run = 0; run < 50_000; run++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
      for (int i = random.nextInt(20); i >= 0; i--) {
        text.append(random.nextInt(10));
      }
      text.insert(text.length() - random.nextInt(text.toString().replace("-", "").length()), '.');
      text.append(random.nextInt(3) == 0 ? "e" + (random.nextInt(60) - 30) : "");
      byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
      assertThat(decimal.read(bytes, 0, bytes.length)).as("seed %d: %s", SEED, text).isTrue();
      assertThat(Double.valueOf(decimal.value()))
          .as("seed %d: %s", SEED, text)
          .isEqualTo(Double.valueOf(text.toString()));
    }
  }

  /** Lets requests happen, series appear and vanish, a process start anew. */
  private void live(Map<String, Long> service) {
    if (random.nextInt(6) == 0) {
      service.replaceAll((labels, value) -> (long) random.nextInt(5));
    }
    if (random.nextInt(4) == 0) {
      service.keySet().removeIf(labels -> random.nextInt(5) == 0);
    }
    for (int i = random.nextInt(6); i >= 0; i--) {
      String path = "path=\"" + PATHS[random.nextInt(PATHS.length)] + "\"";
      String code = "code=\"" + CODES[random.nextInt(CODES.length)] + "\"";
      service.merge(path + "," + code, (long) random.nextInt(50), Long::sum);
    }
  }

  private String page(Map<String, Long> service) {
    List<String> lines = new ArrayList<>();
    service.forEach((labels, value) -> lines.add(line(labels, value)));
    lines.add("# HELP http_requests_total with { and \"");
    lines.add("up{job=\"a \\\" } b\"} 1 # {id=\"x\"} 1");
    lines.add("go_gc_duration_seconds{quantile=\"0.5\"} 1.2345e-05");
    lines.add("");
    Collections.shuffle(lines, random);
    return String.join("\n", lines) + "\n";
  }

  private String line(String labels, long value) {
    String blank = random.nextBoolean() ? " " : " \t ";
    boolean exponent = random.nextInt(4) == 0;
    String number =
        exponent ? value / 10.0 + "E1" : random.nextBoolean() ? value + ".0" : "" + value;
    return "http_requests_total{" + labels + (random.nextBoolean() ? ",}" : "}") + blank + number;
  }

  /** What the parser and the baseline should do, in the plainest way. */
  private static final class Obvious {
    private static final Pattern SERIES =
        Pattern.compile(
            "http_requests_total\\{((?:[^\"]|\"(?:[^\"\\\\]|\\\\.)*\")*?),?}\\s+(\\S+)");

    private Map<String, Double> last = new HashMap<>();
    private boolean read;

    Counts read(String page) {
      Map<String, Double> now = new HashMap<>();
      for (String line : page.lines().toList()) {
        Matcher matcher = SERIES.matcher(line);
        if (matcher.matches() && !matcher.group(1).contains("path=\"/health\"")) {
          now.put(matcher.group(1), Double.valueOf(matcher.group(2)));
        }
      }
      double requests = 0;
      double errors = 0;
      for (Map.Entry<String, Double> series : now.entrySet()) {
        double before = last.getOrDefault(series.getKey(), 0.0);
        double value = series.getValue();
        double delta = value >= before ? value - before : value;
        boolean error = series.getKey().matches(".*code=\"(5..|0)\"");
        requests += delta;
        errors += error ? delta : 0;
      }
      Counts counts = read ? new Counts(Math.round(requests), Math.round(errors)) : Counts.NONE;
      last = now;
      read = true;
      return counts;
    }
  }
}
