package dev.ripcord.probe.page;

import dev.ripcord.probe.source.ExpositionNumber;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  private static final int COARSEST = -4;
  private static final int FROM_EXPONENT = -20;
  private static final int TO_EXPONENT = 13;

  /** Name and labels, then fields in braces, then what may follow. */
  private static final Pattern COMPOSITE =
      Pattern.compile("([^\\s{]*(?:\\{.*\\})?)[ \\t]+\\{((?:g?count|g?sum):[^{}]*)\\}(.*)");

  private static final Pattern START = Pattern.compile("[ \\t]+st@[0-9.eE+-]+");
  private static final Pattern EXEMPLAR = Pattern.compile("[ \\t]+# \\{.*");
  private static final Pattern FIELD = Pattern.compile("([a-z_]+):(\\[[^\\]]*\\]|[^,\\[]*)");

  private final String text;
  private final int most;
  private final StringBuilder page = new StringBuilder();

  private OpenMetrics2(String text, int most) {
    this.text = text;
    this.most = most;
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
    for (String line : text.split("\n", -1)) {
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
    Matcher composite = COMPOSITE.matcher(line);
    if (composite.matches()) {
      histogram(composite.group(1), composite.group(2), end(composite.group(3)));
      return;
    }
    Matcher started = START.matcher(line);
    line(started.find() ? EXEMPLAR.matcher(started.replaceFirst("")).replaceFirst("") : line);
  }

  /** What stands behind the value: its timestamp at most. */
  private static String end(String rest) {
    String stamp = EXEMPLAR.matcher(START.matcher(rest).replaceFirst("")).replaceFirst("").strip();
    return stamp.isEmpty() ? "" : " " + stamp;
  }

  private void histogram(String series, String fields, String end) {
    int brace = series.indexOf('{');
    String name = brace < 0 ? series : series.substring(0, brace);
    String labels = brace < 0 ? "" : series.substring(brace + 1, series.length() - 1);
    // The same in both forms is one histogram, and the classic one is read as it is.
    if (name.isEmpty() || text.contains("\n" + name + "_bucket")) {
      return;
    }
    Fields found = new Fields(fields);
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
  private record Fields(String all) {
    Optional<String> text(String name) {
      Matcher field = FIELD.matcher(all);
      while (field.find()) {
        if (field.group(1).equals(name)) {
          return Optional.of(field.group(2));
        }
      }
      return Optional.empty();
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
