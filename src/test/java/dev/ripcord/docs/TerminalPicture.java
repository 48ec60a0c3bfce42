package dev.ripcord.docs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Draws what a program wrote to a terminal as an SVG: colours, bold and dim stay, everything else
 * that moves a cursor is left out. {@code .ci/pictures} runs this file by itself, so it knows
 * nothing but the JDK.
 */
final class TerminalPicture {
  private static final double CELL = 8.4;
  private static final int LINE = 20;
  private static final int MARGIN = 16;
  private static final int HEAD = 32;

  private static final Pattern CONTROL = Pattern.compile("\u001b\\[([0-9;?]*)([A-Za-z])");

  private static final Pattern WORDS = Pattern.compile("\\S+(?: \\S+)*");

  private static final String STYLE =
      """
      text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d6deeb; white-space: pre }
      .title { fill: #8fa3b8; font-size: 13px; text-anchor: middle }
      .bold { font-weight: 700 } .dim { fill: #8fa3b8 }
      .c31 { fill: #ff7b72 } .c32 { fill: #56d364 } .c33 { fill: #e3b341 } .c34 { fill: #79c0ff } .c35 { fill: #d2a8ff } .c36 { fill: #76e3ea } .c90 { fill: #8fa3b8 }
      """;

  private TerminalPicture() {}

  /** Reads the output from standard input; the one argument is the window's title. */
  public static void main(String[] arguments) throws IOException {
    String output = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    byte[] picture = of(arguments[0], output).getBytes(StandardCharsets.UTF_8);
    System.out.write(picture, 0, picture.length);
    System.out.flush();
  }

  /** Text in one look, at a column of its line. */
  private record Run(int column, String look, String text) {}

  static String of(String title, String output) {
    List<List<Run>> lines = new ArrayList<>();
    String look = "";
    for (String line : output.replace("\r\n", "\n").stripTrailing().split("\n", -1)) {
      List<Run> runs = new ArrayList<>();
      look = runs(line.substring(line.lastIndexOf('\r') + 1), look, runs);
      lines.add(runs);
    }
    int columns = 40;
    for (List<Run> runs : lines) {
      for (Run run : runs) {
        columns = Math.max(columns, run.column() + length(run.text()));
      }
    }
    return svg(title, lines, columns);
  }

  /** Cuts a line where its look changes; gives the look in which the next line begins. */
  private static String runs(String line, String before, List<Run> runs) {
    String look = before;
    int column = 0;
    int from = 0;
    Matcher control = CONTROL.matcher(line);
    while (control.find()) {
      column = add(runs, column, look, line.substring(from, control.start()));
      from = control.end();
      if (control.group(2).equals("m")) {
        look = look(look, control.group(1));
      }
    }
    add(runs, column, look, line.substring(from));
    return look;
  }

  /** Words with wide gaps between them become runs of their own: not every viewer keeps blanks. */
  private static int add(List<Run> runs, int column, String look, String text) {
    Matcher words = WORDS.matcher(text);
    while (words.find()) {
      int gap = length(text.substring(0, words.start()));
      runs.add(new Run(column + gap, look, words.group()));
    }
    return column + length(text);
  }

  private static String look(String before, String codes) {
    String look = before;
    for (String code : codes.split(";", -1)) {
      look =
          switch (code) {
            case "", "0" -> "";
            case "1" -> (look + " bold").strip();
            case "2" -> (look + " dim").strip();
            default -> (look + " c" + code).strip();
          };
    }
    return look;
  }

  private static String svg(String title, List<List<Run>> lines, int columns) {
    long width = Math.round(columns * CELL) + 2 * MARGIN;
    int height = HEAD + lines.size() * LINE + MARGIN;
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\">\n"
            .formatted(width, height, width));
    svg.append("<title>%s</title>\n<style>\n%s</style>\n".formatted(escaped(title), STYLE));
    svg.append(
        "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#0d1622\"/>\n".formatted(width, height));
    svg.append(
        "<circle cx=\"18\" cy=\"16\" r=\"5\" fill=\"#ff7b72\"/><circle cx=\"36\" cy=\"16\" r=\"5\""
            + " fill=\"#e3b341\"/><circle cx=\"54\" cy=\"16\" r=\"5\" fill=\"#56d364\"/>\n");
    svg.append(
        "<text class=\"title\" x=\"%d\" y=\"20\">%s</text>\n".formatted(width / 2, escaped(title)));
    int y = HEAD;
    for (List<Run> runs : lines) {
      y += LINE;
      for (Run run : runs) {
        svg.append(text(run, y));
      }
    }
    return svg.append("</svg>\n").toString();
  }

  private static String text(Run run, int y) {
    return "<text x=\"%s\" y=\"%d\" textLength=\"%s\"%s>%s</text>\n"
        .formatted(
            tenths(MARGIN + run.column() * CELL),
            y,
            tenths(length(run.text()) * CELL),
            run.look().isEmpty() ? "" : " class=\"" + run.look() + "\"",
            escaped(run.text()));
  }

  private static String tenths(double value) {
    long tenths = Math.round(value * 10);
    return tenths / 10 + "." + tenths % 10;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
