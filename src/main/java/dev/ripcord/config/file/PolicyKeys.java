package dev.ripcord.config.file;

import dev.ripcord.config.file.Key.Group;
import dev.ripcord.config.file.Key.Value;
import dev.ripcord.migration.risk.GradePolicy;
import dev.ripcord.migration.risk.GradePolicy.Backup;
import dev.ripcord.migration.risk.GradePolicy.Run;
import dev.ripcord.migration.statement.Grade;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys that say what a migration of each grade needs before it is run. */
final class PolicyKeys {
  private static final List<Graded> GRADES =
      List.of(
          graded(Grade.LOW, "Adds a table or a column."),
          graded(Grade.MEDIUM, "Adds or drops an index or a constraint, reads all rows."),
          graded(Grade.HIGH, "Changes a type, rewrites a table, breaks old code."),
          graded(
              Grade.VERY_HIGH,
              "Drops a table or a column, changes rows in bulk; also what could not be graded."));
  static final Group POLICY =
      new Group(
          "policy",
          GRADES.stream().map(Graded::group).map(Key.class::cast).toList(),
          "What a migration needs before it is run, by its risk as \"ripcord migrate check\" grades"
              + " it. It binds what runs by itself, a deploy and stage1 --by-policy; a person who"
              + " runs it is warned.");

  private PolicyKeys() {}

  private record Graded(Grade grade, Value<Run> run, Value<Backup> backup, Group group) {}

  private static Graded graded(Grade grade, String text) {
    GradePolicy.Rule standard = GradePolicy.STANDARD.rule(grade);
    Value<Run> run =
        new Value<>(
            "run",
            Types.choice(Run.values(), Run::text),
            standard.run().text(),
            "by-hand",
            "Who lets it run. automatic: it runs by itself; review: once its up file names who"
                + " reviewed it; by-hand: never by itself.");
    Value<Backup> backup =
        new Value<>(
            "backup",
            Types.choice(Backup.values(), Backup::text),
            standard.backup().text(),
            "required",
            "Whether the database is dumped before it. required: a deploy takes a backup, or"
                + " refuses.");
    return new Graded(grade, run, backup, new Group(grade.text(), List.of(run, backup), text));
  }

  /** The policy of a section, the usual one for what it leaves out. */
  static GradePolicy read(Optional<Section> policy) {
    Map<Grade, GradePolicy.Rule> rules = new EnumMap<>(GradePolicy.STANDARD.rules());
    for (Graded each : GRADES) {
      policy
          .flatMap(given -> given.section(each.group()))
          .ifPresent(
              given ->
                  rules.put(
                      each.grade(),
                      new GradePolicy.Rule(
                          given.value(each.run(), each.run().standard()),
                          given.value(each.backup(), each.backup().standard()))));
    }
    return new GradePolicy(rules);
  }

  /** With the names and forms of the file. */
  static Map<String, Object> shown(GradePolicy policy) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (Graded each : GRADES) {
      GradePolicy.Rule rule = policy.rule(each.grade());
      Map<String, Object> one = new LinkedHashMap<>();
      one.put(each.run().name(), rule.run().text());
      one.put(each.backup().name(), rule.backup().text());
      all.put(each.group().name(), one);
    }
    return all;
  }
}
