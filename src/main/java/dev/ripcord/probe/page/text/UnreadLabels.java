package dev.ripcord.probe.page.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The label values of one page that could not be understood, for the message: the first few that
 * differ, copied, since the page's bytes are used again.
 *
 * <p>For one thread at a time.
 */
public final class UnreadLabels {
  private static final int DISTINCT_MAX = 15;
  private static final int SHOWN_MAX = 40;

  private final long[] hashes = new long[DISTINCT_MAX];
  private final List<String> texts = new ArrayList<>();

  /** Forgets the page before. */
  public void clear() {
    texts.clear();
  }

  /** A number for a label, by which {@link #text} finds it; 0 when there are too many already. */
  public int number(byte[] bytes, int nameFrom, int nameTo, int from, int to) {
    long hash = Hash.of(bytes, nameFrom, nameTo) * 31 + Hash.of(bytes, from, to);
    for (int i = 0; i < texts.size(); i++) {
      if (hashes[i] == hash) {
        return i + 1;
      }
    }
    if (texts.size() == DISTINCT_MAX) {
      return 0;
    }
    hashes[texts.size()] = hash;
    texts.add(shown(bytes, nameFrom, nameTo) + "=\"" + shown(bytes, from, to) + "\"");
    return texts.size();
  }

  /** The label of a number; empty for 0. */
  public String text(int number) {
    return number == 0 ? "" : texts.get(number - 1);
  }

  private static String shown(byte[] bytes, int from, int to) {
    int end = Math.min(to, from + SHOWN_MAX);
    String text = new String(bytes, from, end - from, StandardCharsets.US_ASCII);
    return text.replaceAll("[^ -~]", "?") + (end < to ? "..." : "");
  }
}
