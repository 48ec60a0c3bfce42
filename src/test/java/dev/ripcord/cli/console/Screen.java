package dev.ripcord.cli.console;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a terminal shows after it was sent some text; it knows the few sequences that we send. */
final class Screen {
  private static final Pattern SEQUENCE = Pattern.compile("\u001b\\[(\\??\\d*)([A-Za-z])");

  private Screen() {}

  static List<String> of(String sent) {
    List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
    int row = 0;
    int column = 0;
    Matcher sequence = SEQUENCE.matcher(sent);
    for (int i = 0; i < sent.length(); i++) {
      char c = sent.charAt(i);
      if (c == '\u001b' && sequence.region(i, sent.length()).lookingAt()) {
        switch (sequence.group(2)) {
          case "A" -> row -= Integer.parseInt(sequence.group(1));
          case "K" -> rows.get(row).setLength(Math.min(column, rows.get(row).length()));
          case "J" -> {
            rows.get(row).setLength(Math.min(column, rows.get(row).length()));
            rows.subList(row + 1, rows.size()).clear();
          }
          case "h", "l", "m" -> {}
          default -> throw new AssertionError("not known: " + sequence.group());
        }
        i = sequence.end() - 1;
      } else if (c == '\n') {
        row++;
        column = 0;
        if (row == rows.size()) {
          rows.add(new StringBuilder());
        }
      } else if (c == '\r') {
        column = 0;
      } else {
        StringBuilder text = rows.get(row);
        text.setLength(Math.max(text.length(), column));
        text.replace(column, Math.min(column + 1, text.length()), String.valueOf(c));
        column++;
      }
    }
    return rows.stream().map(StringBuilder::toString).filter(r -> !r.isEmpty()).toList();
  }
}
