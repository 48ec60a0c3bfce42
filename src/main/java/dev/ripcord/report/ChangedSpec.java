package dev.ripcord.report;

import dev.ripcord.health.FigureText;
import dev.ripcord.health.Rules;
import dev.ripcord.watch.WatchSpec;
import java.util.ArrayList;
import java.util.List;

/** What is different for a watch since the configuration of its service has changed, in words. */
final class ChangedSpec {
  private ChangedSpec() {}

  /** In one line, such as {@code limit of the error rate 2% (before 5%)}. */
  static String text(WatchSpec before, WatchSpec after) {
    Rules old = before.rules();
    Rules now = after.rules();
    List<String> parts = new ArrayList<>();
    part(parts, "limit of the error rate", old.threshold(), now.threshold());
    part(parts, "breaches that condemn", old.breaches(), now.breaches());
    part(
        parts,
        "watched for",
        FigureText.duration(before.bake()),
        FigureText.duration(after.bake()));
    part(
        parts,
        "a poll every",
        FigureText.duration(before.interval()),
        FigureText.duration(after.interval()));
    boolean isShown =
        old.threshold().equals(now.threshold()) && old.breaches().equals(now.breaches());
    if (!old.equals(now) && isShown) {
      parts.add("judged by other rules");
    }
    if (!before.approval().equals(after.approval())) {
      parts.add("another time to approve in");
    }
    return parts.isEmpty() ? "another warm-up" : String.join(", ", parts);
  }

  private static void part(List<String> parts, String what, Object old, Object now) {
    if (!old.equals(now)) {
      parts.add(what + " " + now + " (before " + old + ")");
    }
  }
}
