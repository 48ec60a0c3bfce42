package dev.ripcord.rollback;

import dev.ripcord.release.ShellWord;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a down destroyed and salvage has kept.
 *
 * @param id its number in salvage
 * @param what where it was: {@code orders}, or {@code orders.fax} for the values of a column
 * @param values whether it is values of a column; else rows
 * @param rows how many
 */
public record Salvaged(long id, String what, boolean values, long rows) {
  /** Of more than so many the command names the release. */
  private static final int NAMED_MAX = 5;

  /** For people: {@code 41 values of orders.fax kept in salvage 7}. */
  public String text() {
    String noun = values ? "value" : "row";
    return rows + " " + noun + (rows == 1 ? "" : "s") + " of " + what + " kept in salvage " + id;
  }

  /** Brings it back, once its table is there again. */
  public String command() {
    return "ripcord salvage restore " + id;
  }

  /**
   * Several to end a line with, and the command that brings all of them back; empty where there is
   * none.
   *
   * @param release whose rollback has kept them
   */
  static String summary(List<Salvaged> kept, String release) {
    if (kept.isEmpty()) {
      return "";
    }
    String command =
        kept.size() > NAMED_MAX
            ? "ripcord salvage restore --release " + ShellWord.of(release)
            : kept.stream()
                .map(each -> String.valueOf(each.id()))
                .collect(Collectors.joining(" ", "ripcord salvage restore ", ""));
    String what =
        kept.stream().limit(NAMED_MAX).map(Salvaged::text).collect(Collectors.joining(", "))
            + (kept.size() > NAMED_MAX ? " and " + (kept.size() - NAMED_MAX) + " more" : "");
    return "; " + what + ", restore with: " + command;
  }
}
