package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.OperationImpact.Code;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Collects what the statements of one file will do. Used once; not thread-safe. */
final class Findings {
  private static final Set<Code> WORK = Set.of(Code.REWRITE, Code.SCAN, Code.INDEX_BUILD);

  private final Map<Table, Held> locks = new LinkedHashMap<>();
  private final Set<OperationImpact> effects = new LinkedHashSet<>();
  private final Map<String, OperationImpact> renamed = new LinkedHashMap<>();
  private final Map<String, OperationImpact> views = new LinkedHashMap<>();
  private final Set<String> problems = new LinkedHashSet<>();
  private Grade grade = Grade.LOW;
  private boolean timeout;
  private int line = 1;
  private OptionalInt batch = OptionalInt.empty();

  /** The strongest lock on a table, and the longest work under it. */
  private record Held(int line, LockMode mode, String what, Optional<String> instead) {}

  /** What follows is of the statement that begins in this line. */
  void at(int statement) {
    line = statement;
  }

  /** It runs so many rows at a time, each batch in a transaction of its own. */
  void inBatches(OptionalInt size) {
    batch = size;
  }

  /** How many rows the statement changes at a time; empty when all at once. */
  OptionalInt batch() {
    return batch;
  }

  /** At least so much approval is needed. */
  void floor(Grade least) {
    grade = grade.or(least);
  }

  /** The file sets a limit for waiting for locks. */
  void hasTimeout() {
    timeout = true;
  }

  void lock(Table table, LockMode mode, String what) {
    lock(table, mode, what, Optional.empty());
  }

  void lock(Table table, LockMode mode, String what, Optional<String> instead) {
    if (table.isOwn() || !mode.isHard()) {
      return;
    }
    Held before = locks.get(table);
    if (before == null || mode.compareTo(before.mode()) > 0) {
      locks.put(table, new Held(line, mode, what, instead));
    }
  }

  /** Something that happens to a table; nothing is said of one that these statements made. */
  void add(Code code, Table table, String text) {
    add(code, table, text, Optional.empty());
  }

  void add(Code code, Table table, String text, Optional<String> instead) {
    if (!table.isOwn()) {
      effects.add(
          new OperationImpact(
              line, code, Optional.of(table.label()), Optional.empty(), text, instead));
    }
  }

  /** Something that happens to no table. */
  void add(Code code, String text, Optional<String> instead) {
    effects.add(new OperationImpact(line, code, Optional.empty(), Optional.empty(), text, instead));
  }

  /** Old code will look for a name that is gone, unless a view takes its place. */
  void renamed(Table table, String text) {
    if (!table.isOwn()) {
      Optional<String> instead =
          Optional.of("rename it and make a view of the old name, in the same file");
      renamed.put(
          table.label(),
          new OperationImpact(
              line, Code.BREAKING, Optional.of(table.label()), Optional.empty(), text, instead));
    }
  }

  /** A view is dropped: code that reads it fails, unless it is made again. */
  void viewGone(Table view, String text, Optional<String> instead) {
    if (!view.isOwn()) {
      views.put(
          view.label(),
          new OperationImpact(
              line, Code.BREAKING, Optional.of(view.label()), Optional.empty(), text, instead));
    }
  }

  /**
   * A view stands where a table or a view was.
   *
   * @param stored whether it is a materialized one, which cannot be written to
   */
  void replaced(String label, boolean stored) {
    views.remove(label);
    if (!stored) {
      renamed.remove(label);
    }
  }

  /** What it will do could not be told. */
  void unknown(String why) {
    problems.add(why);
    grade = Grade.UNKNOWN;
  }

  Assessment end() {
    effects.addAll(renamed.values());
    effects.addAll(views.values());
    List<OperationImpact> all = new ArrayList<>();
    locks.forEach((table, held) -> all.add(lock(table, held)));
    all.addAll(effects);
    if (!locks.isEmpty() && !timeout) {
      all.add(
          new OperationImpact(
              1,
              Code.MISSING_TIMEOUT,
              Optional.empty(),
              Optional.empty(),
              "the file sets no lock_timeout: Ripcord sets one when it runs it, another tool would"
                  + " wait without end, and everyone behind it",
              Optional.of("SET LOCAL lock_timeout = '2s';")));
    }
    Grade highest = grade;
    for (OperationImpact effect : all) {
      highest = highest.or(effect.code().floor());
    }
    return new Assessment(highest, all, List.copyOf(problems));
  }

  private OperationImpact lock(Table table, Held held) {
    boolean works =
        effects.stream()
            .filter(each -> WORK.contains(each.code()))
            .anyMatch(each -> each.table().filter(table.label()::equals).isPresent());
    String text =
        held.what()
            + " "
            + held.mode().blocks()
            + " "
            + table.label()
            + (works ? " while it works" : ", for a moment");
    return new OperationImpact(
        held.line(),
        Code.LOCK,
        Optional.of(table.label()),
        Optional.of(held.mode()),
        text,
        held.instead());
  }
}
