package dev.ripcord.migration.undo;

import dev.ripcord.migration.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A down as it was written by the program, for a person to review.
 *
 * @param parts one for each statement of the up, in the order of the up
 * @param source what it was made from, for people
 */
public record DownDraft(List<Part> parts, String source) {
  private static final int SHOWN_MAX = 100;

  public DownDraft {
    parts = List.copyOf(parts);
  }

  /**
   * What reverts one statement.
   *
   * @param statement of the up
   * @param sql what reverts it, in order, without semicolons
   * @param cannot what cannot be undone, or not be known to be, in words
   * @param notes what a reviewer should know
   */
  public record Part(
      Statement statement, List<String> sql, List<String> cannot, List<String> notes) {
    public Part {
      sql = List.copyOf(sql);
      cannot = List.copyOf(cannot);
      notes = List.copyOf(notes);
    }
  }

  /** All that cannot be undone. */
  public List<String> cannot() {
    return parts.stream().flatMap(part -> part.cannot().stream()).distinct().toList();
  }

  /** Whether there is anything to run. */
  public boolean isEmpty() {
    return parts.stream().allMatch(part -> part.sql().isEmpty());
  }

  /**
   * The text of the file without a word on whether it may be run.
   *
   * @param up the name of the up file
   */
  public String plain(String up) {
    return text(head(up), List.of());
  }

  /**
   * The text of the file. Where something cannot be undone it says of itself that it is no down
   * migration, so that nothing runs it until a person has taken that line away.
   *
   * @param up the name of the up file
   * @param found what a proof has found to be lost beside {@link #cannot()}
   */
  public String text(String up, List<String> found) {
    List<String> lines = new ArrayList<>(head(up));
    int left = cannot().size() + found.size();
    if (left > 0) {
      lines.add(
          "-- down: none, because "
              + (left == 1 ? "something" : left + " things")
              + " cannot be undone, said below. Remove this line where that may be lost");
    } else if (isEmpty()) {
      lines.add("-- down: none, because nothing was found that would have to be undone");
    }
    return text(lines, found);
  }

  private List<String> head(String up) {
    return List.of(
        "-- reverts " + up,
        "-- written by ripcord migrate generate-down, " + source + "; review it");
  }

  private String text(List<String> head, List<String> found) {
    List<String> lines = new ArrayList<>(head);
    found.forEach(each -> lines.add("-- cannot be undone: " + line(each)));
    for (Part part : parts.reversed()) {
      if (part.sql().isEmpty() && part.cannot().isEmpty() && part.notes().isEmpty()) {
        continue;
      }
      lines.add("");
      lines.add("-- line " + part.statement().line() + ": " + line(part.statement().text()));
      part.cannot().forEach(each -> lines.add("-- cannot be undone: " + line(each)));
      part.notes().forEach(each -> lines.add("-- note: " + line(each)));
      part.sql().forEach(each -> lines.add(each.strip() + ";"));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String line(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() > SHOWN_MAX * 2 ? line.substring(0, SHOWN_MAX * 2) + "…" : line;
  }

  /** Everything that a reviewer should know. */
  public List<String> notes() {
    return parts.stream().flatMap(part -> part.notes().stream()).distinct().toList();
  }
}
