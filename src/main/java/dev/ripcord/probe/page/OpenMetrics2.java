package dev.ripcord.probe.page;

import dev.ripcord.probe.source.ExpositionNumber;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Pages of OpenMetrics 2.0, and of its drafts, as those of 1.0: histograms that stand in one line,
 * native ones among them, become buckets of their own, and start times are left out. Nobody asks
 * for such pages; who sends one all the same is read.
 *
 * <p>A native histogram has a bucket only where something was observed, so its buckets come and go.
 * It is given as a classic one on a fixed grid: as fine as it is itself, and at most eight bounds
 * for each doubling, from a microsecond to two hours where its unit is the second. Merging buckets
 * of a finer one is exact. Pure.
 */
final class OpenMetrics2 {
  /** Eight bounds for each doubling. */
  private static final int FINEST = 3;

  private static final String BUCKET = "_bucket";
  private static final List<String> FIRST_FIELDS = List.of("count:", "sum:", "gcount:", "gsum:");
  private static final int COARSEST = -4;
  private static final int FROM_EXPONENT = -20;
  private static final int TO_EXPONENT = 13;

  private final String[] lines;
  private final int most;

  /** Names that have buckets of their own already. */
  private final Set<String> classic = new HashSet<>();

  private final StringBuilder page = new StringBuilder();

  private OpenMetrics2(String text, int most) {
    this.lines = text.split("\n", -1);
    this.most = most;
    for (String line : lines) {
      int brace = line.indexOf('{');
      if (brace > 0 && line.startsWith(BUCKET, brace - BUCKET.length())) {
        classic.add(line.substring(0, brace - BUCKET.length()));
      }
    }
  }

  /**
   * The page as one of 1.0; empty where it has nothing of 2.0, or would be too long.
   *
   * @param most how many bytes it may have
   */
  static Optional<byte[]> asOpenMetrics1(byte[] page, int length, int most) {
    String text = new String(page, 0, length, StandardCharsets.UTF_8);
    boolean newer = text.contains("count:") || text.contains("sum:") || text.contains(" st@");
    return newer ? new OpenMetrics2(text, most).rewritten() : Optional.empty();
  }

  private Optional<byte[]> rewritten() {
    for (String line : lines) {
      if (page.length() > most) {
        return Optional.empty();
      }
      rewrite(line);
    }
    page.setLength(page.length() - 1);
    return Optional.of(page.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void rewrite(String line) {
    if (line.startsWith("#")) {
      line(line);
      return;
    }
    int value = composite(line);
    int end = value < 0 ? -1 : line.indexOf('}', value);
    if (end > 0) {
      histogram(
          line.substring(0, value).strip(),
          line.substring(value + 1, end),
          line.substring(end + 1));
    } else {
      line(withoutStart(line));
    }
  }

  /** Where a value in braces begins: behind a blank, outside of labels and quotes; -1 for none. */
  private static int composite(String line) {
    boolean quoted = false;
    boolean inside = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quoted) {
        i += c == '\\' ? 1 : 0;
        quoted = c != '"';
      } else if (c == '"') {
        quoted = true;
      } else if (c == '#') {
        return -1;
      } else if (c == '{' && !inside && i > 0 && isValue(line, i)) {
        return i;
      } else {
        inside = c == '{' || (inside && c != '}');
      }
    }
    return -1;
  }

  private static boolean isValue(String line, int brace) {
    boolean apart = line.charAt(brace - 1) == ' ' || line.charAt(brace - 1) == '\t';
    return apart && FIRST_FIELDS.stream().anyMatch(name -> line.startsWith(name, brace + 1));
  }

  /** A line without its start time, and then without the exemplars behind it. */
  private static String withoutStart(String line) {
    int start = line.indexOf(" st@");
    return start < 0 ? line : line.substring(0, start);
  }

  /** What stands behind the value: its timestamp at most. */
  private static String end(String rest) {
    int exemplar = rest.indexOf(" # ");
    String stamp = withoutStart(exemplar < 0 ? rest : rest.substring(0, exemplar)).strip();
    return stamp.isEmpty() ? "" : " " + stamp;
  }

  private void histogram(String series, String fields, String rest) {
    String end = end(rest);
    int brace = series.indexOf('{');
    String name = brace < 0 ? series : series.substring(0, brace);
    String labels = brace < 0 ? "" : series.substring(brace + 1, series.length() - 1);
    // The same in both forms is one histogram, and the classic one is read as it is.
    if (name.isEmpty() || classic.contains(name)) {
      return;
    }
    Fields found = Fields.of(fields);
    Optional<String> count = found.text("count").or(() -> found.text("gcount"));
    if (count.isEmpty()) {
      return;
    }
    String own = labels.isEmpty() || labels.endsWith(",") ? labels : labels + ",";
    line(name + "_count" + braces(labels) + " " + count.get() + end);
    found
        .text("sum")
        .or(() -> found.text("gsum"))
        .ifPresent(sum -> line(name + "_sum" + braces(labels) + " " + sum + end));
    List<Bucket> buckets =
        found.text("bucket").isPresent() ? found.classic() : found.grid(count.get());
    for (Bucket bucket : buckets) {
      line(name + "_bucket{" + own + "le=\"" + bucket.bound + "\"} " + bucket.count + end);
    }
  }

  private static String braces(String labels) {
    return labels.isEmpty() ? "" : "{" + labels + "}";
  }

  private void line(String line) {
    page.append(line).append('\n');
  }

  /** A bucket as the page writes it: all observations up to a bound. */
  private record Bucket(String bound, String count) {}

  /** The fields of one histogram. */
  private record Fields(Map<String, String> all) {
    /** {@code name:value,name:[value,value]}, in one pass. */
    static Fields of(String text) {
      Map<String, String> all = new HashMap<>();
      int from = 0;
      while (from < text.length()) {
        int colon = text.indexOf(':', from);
        if (colon < 0) {
          break;
        }
        boolean list = text.startsWith("[", colon + 1);
        int close = list ? text.indexOf(']', colon) + 1 : text.indexOf(',', colon);
        int end = close > colon ? close : text.length();
        all.putIfAbsent(text.substring(from, colon), text.substring(colon + 1, end));
        from = end + 1;
      }
      return new Fields(all);
    }

    Optional<String> text(String name) {
      return Optional.ofNullable(all.get(name));
    }

    private List<String> list(String name) {
      String inside = text(name).map(list -> list.replaceAll("[\\[\\]]", "")).orElse("");
      return inside.isEmpty() ? List.of() : List.of(inside.split(",", -1));
    }

    private double number(String name) {
      return text(name).map(ExpositionNumber::of).orElse(0.0);
    }

    /** Bounds with their counts, as they are. */
    List<Bucket> classic() {
      return list("bucket").stream()
          .map(each -> each.split(":", 2))
          .filter(each -> each.length == 2)
          .map(each -> new Bucket(each[0], each[1]))
          .toList();
    }

    /** The grid of a native one; empty where its schema is not one of powers of two. */
    List<Bucket> grid(String count) {
      double given = text("schema").map(ExpositionNumber::of).orElse(Double.NaN);
      if (!(given >= COARSEST && given <= 8) || given != Math.rint(given)) {
        return List.of();
      }
      int schema = Math.min(FINEST, (int) given);
      int perDoubling = schema > 0 ? 1 << schema : 1;
      int doublings = schema < 0 ? 1 << -schema : 1;
      int from = Math.floorDiv(FROM_EXPONENT * perDoubling, doublings);
      int to = Math.ceilDiv(TO_EXPONENT * perDoubling, doublings);
      double[] inside = new double[to - from + 1];
      double below = number("zero_count");
      for (double negative : counts("negative")) {
        below += negative;
      }
      int shift = (int) given - schema;
      List<Double> positive = counts("positive");
      List<Integer> places = places(positive.size());
      for (int i = 0; i < places.size(); i++) {
        // The bucket that holds it in a coarser schema; bucket i ends at its bound i.
        int place = ((places.get(i) - 1) >> shift) + 1;
        if (place < from) {
          below += positive.get(i);
        } else if (place <= to) {
          inside[place - from] += positive.get(i);
        }
      }
      List<Bucket> buckets = new ArrayList<>();
      for (int place = from; place <= to; place++) {
        below += inside[place - from];
        double bound = Math.pow(2, place * (double) doublings / perDoubling);
        buckets.add(new Bucket(Double.toString(bound), number(below)));
      }
      buckets.add(new Bucket("+Inf", count));
      return buckets;
    }

    private static String number(double count) {
      return count == Math.rint(count)
          ? String.format(Locale.ROOT, "%.0f", count)
          : Double.toString(count);
    }

    /** Counts of the buckets, which the first draft wrote as differences. */
    private List<Double> counts(String sign) {
      List<String> absolute = list(sign + "_buckets");
      if (!absolute.isEmpty()) {
        return absolute.stream().map(ExpositionNumber::of).toList();
      }
      List<Double> counts = new ArrayList<>();
      double count = 0;
      for (String delta : list(sign + "_deltas")) {
        count += ExpositionNumber.of(delta);
        counts.add(count);
      }
      return counts;
    }

    /** Where the buckets are: each span begins so far behind the one before it. */
    private List<Integer> places(int most) {
      List<Integer> places = new ArrayList<>();
      int at = 0;
      for (String span : list("positive_spans")) {
        String[] parts = span.split(":", 2);
        if (parts.length == 2 && parts[0].matches("-?\\d{1,6}") && parts[1].matches("\\d{1,6}")) {
          at += Integer.parseInt(parts[0]);
          for (int i = 0; i < Integer.parseInt(parts[1]) && places.size() < most; i++) {
            places.add(at++);
          }
        }
      }
      return places;
    }
  }
}
