package dev.ripcord.cli.migrate.inspect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.risk.Assessment;
import dev.ripcord.migration.risk.OperationImpact;
import dev.ripcord.migration.risk.OperationImpact.Code;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What migrations will do, as lines and as JSON.
 *
 * @param migrations each with its down, in the order in which they would run
 * @param problems why they would not be run at all
 */
record MigrateCheckView(List<Checked> migrations, List<String> problems) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** So wide is what stands before the words of an effect. */
  private static final int INDENT = 6;

  /**
   * One migration.
   *
   * @param shown how its up file is named to people
   */
  record Checked(MigrationFile file, String shown, Assessment up, Optional<Assessment> down) {}

  private Grade highest() {
    Grade highest = Grade.LOW;
    for (Checked each : migrations) {
      highest = highest.or(each.up().risk());
    }
    return highest;
  }

  List<String> lines(boolean verbose) {
    List<String> lines = new ArrayList<>();
    for (Checked each : migrations) {
      print(lines, each.shown(), each.up(), verbose);
      Optional<String> irreversible = each.file().header().irreversible();
      if (irreversible.isPresent()) {
        lines.add(" ".repeat(INDENT) + "▲ irreversible: " + irreversible.get());
      }
      each.down().ifPresent(down -> print(lines, downName(each), down, verbose));
    }
    problems.forEach(problem -> lines.add("✖ " + problem));
    if (migrations.isEmpty()) {
      if (problems.isEmpty()) {
        lines.add("✔ nothing is pending");
      }
      return lines;
    }
    lines.add("");
    lines.addAll(questions());
    int count = migrations.size();
    lines.add(
        count
            + (count == 1 ? " migration" : " migrations")
            + ", highest risk "
            + words(highest())
            + (problems.isEmpty()
                ? ": " + advice(highest())
                : ". \"ripcord migrate up\" refuses to run, for what stands above with ✖."));
    return lines;
  }

  private static String downName(Checked each) {
    return each.file().down().map(down -> down.name()).orElse("");
  }

  private static void print(List<String> lines, String name, Assessment found, boolean verbose) {
    lines.add("%s %-9s %s".formatted(mark(found.risk()), words(found.risk()), name));
    String space = " ".repeat(INDENT);
    for (String problem : found.problems()) {
      lines.add(space + "? " + problem);
    }
    Set<String> listed = new TreeSet<>();
    for (OperationImpact effect : found.effects()) {
      boolean quiet = effect.code() == Code.MISSING_TIMEOUT;
      if (!quiet || verbose) {
        lines.add(space + "line " + effect.line() + ": " + effect.text());
        effect
            .instead()
            .filter(listed::add)
            .ifPresent(instead -> lines.add(space + "  safer: " + instead));
      }
    }
  }

  private static String mark(Grade grade) {
    return switch (grade) {
      case LOW -> "✔";
      case MEDIUM, HIGH -> "▲";
      case VERY_HIGH -> "✖";
      case UNKNOWN -> "?";
    };
  }

  private static String words(Grade grade) {
    return grade.text().replace('-', ' ');
  }

  private static String advice(Grade grade) {
    return switch (grade) {
      case LOW -> "it can run by itself.";
      case MEDIUM -> "run it after review.";
      case HIGH, VERY_HIGH -> "run it by hand, with a backup.";
      case UNKNOWN -> "treat it as very high: read it, and run it by hand, with a backup.";
    };
  }

  /** The four questions before a migration. */
  private List<String> questions() {
    Set<String> standing = new TreeSet<>();
    migrations.forEach(each -> standing.addAll(each.up().standing()));
    boolean unknown = highest() == Grade.UNKNOWN;
    return List.of(
        "Drops something: " + answer(has(up -> up.has(Code.DESTRUCTIVE)), unknown),
        "Bulk data work:  " + answer(has(up -> up.has(Code.BULK_DATA)), unknown),
        "Downtime:        "
            + (standing.isEmpty()
                ? answer(false, unknown)
                : String.join(", ", standing) + " cannot be written meanwhile"),
        "Rollback plan:   " + (hasWayBack() ? "every migration has a down" : "no, see above"));
  }

  private static String answer(boolean found, boolean unknown) {
    return found ? "yes" : unknown ? "unknown" : "no";
  }

  private boolean has(Predicate<Assessment> what) {
    return migrations.stream().map(Checked::up).anyMatch(what);
  }

  private boolean hasWayBack() {
    return migrations.stream().allMatch(each -> each.down().isPresent());
  }

  ObjectNode json() {
    ObjectNode object = JSON.createObjectNode();
    ArrayNode array = object.putArray("migrations");
    for (Checked each : migrations) {
      MigrationFile file = each.file();
      ObjectNode one = array.addObject();
      one.put("version", file.version().text())
          .put("name", file.name())
          .put("kind", file.kind().text())
          .put("stage", file.stage())
          .put("file", each.shown());
      one.set("up", json(each.up()));
      one.set("down", each.down().map(MigrateCheckView::json).orElse(null));
      one.put("irreversible", file.header().irreversible().orElse(null));
    }
    object.put("risk", highest().text());
    Set<String> standing = new TreeSet<>();
    migrations.forEach(each -> standing.addAll(each.up().standing()));
    ObjectNode checks = object.putObject("checks");
    checks.put("drops", has(up -> up.has(Code.DESTRUCTIVE)));
    checks.put("bulkData", has(up -> up.has(Code.BULK_DATA)));
    ArrayNode downtime = checks.putArray("downtime");
    standing.forEach(downtime::add);
    checks.put("rollbackPlan", hasWayBack());
    ArrayNode wrong = object.putArray("problems");
    problems.forEach(wrong::add);
    return object;
  }

  private static ObjectNode json(Assessment found) {
    ObjectNode object = JSON.createObjectNode().put("risk", found.risk().text());
    ArrayNode effects = object.putArray("effects");
    for (OperationImpact effect : found.effects()) {
      effects
          .addObject()
          .put("code", effect.code().text())
          .put("table", effect.table().orElse(null))
          .put("lock", effect.lock().map(LockMode::text).orElse(null))
          .put("text", effect.text())
          .put("instead", effect.instead().orElse(null))
          .put("line", effect.line());
    }
    ArrayNode problems = object.putArray("problems");
    found.problems().forEach(problems::add);
    return object;
  }
}
