package dev.ripcord.migration.risk;

import dev.ripcord.migration.statement.Grade;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a migration of each grade needs before it is run: who lets it run, and a backup. A grade
 * that could not be told counts as {@link Grade#VERY_HIGH}.
 *
 * @param rules one for each grade but {@link Grade#UNKNOWN}
 */
public record GradePolicy(Map<Grade, Rule> rules) {
  /** Holds where nobody says otherwise: the user's table of risks (requirement A1). */
  public static final GradePolicy STANDARD =
      new GradePolicy(
          Map.of(
              Grade.LOW, new Rule(Run.AUTOMATIC, Backup.OPTIONAL),
              Grade.MEDIUM, new Rule(Run.REVIEW, Backup.RECOMMENDED),
              Grade.HIGH, new Rule(Run.BY_HAND, Backup.REQUIRED),
              Grade.VERY_HIGH, new Rule(Run.BY_HAND, Backup.REQUIRED)));

  /** Copies the rules; throws IllegalArgumentException when a grade has none. */
  public GradePolicy {
    rules = Map.copyOf(rules);
    for (Grade grade : Grade.values()) {
      if (grade != Grade.UNKNOWN && !rules.containsKey(grade)) {
        throw new IllegalArgumentException("no rule for " + grade.text());
      }
    }
  }

  /**
   * What one grade needs.
   *
   * @param run who lets it run
   * @param backup whether the database is dumped before
   */
  public record Rule(Run run, Backup backup) {}

  /** Who lets a migration run, from the least to the most care. */
  public enum Run {
    /** A deploy and the daemon's start run it by themselves. */
    AUTOMATIC,
    /** They do once its file names who reviewed it. */
    REVIEW,
    /** Only a person runs it. */
    BY_HAND;

    /** As the configuration spells it: {@code by-hand}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Whether the database is dumped before a migration, from the least to the most care. */
  public enum Backup {
    /** Only where it is asked for. */
    OPTIONAL,
    /** The same, and it is said that it would be better. */
    RECOMMENDED,
    /** Always: a deploy takes one, or refuses. */
    REQUIRED;

    /** As the configuration spells it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The stricter of two. */
    public Backup or(Backup other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }

  /** What a grade needs. */
  public Rule rule(Grade grade) {
    Rule rule = rules.get(grade == Grade.UNKNOWN ? Grade.VERY_HIGH : grade);
    if (rule == null) {
      throw new IllegalStateException("every grade has a rule");
    }
    return rule;
  }

  /**
   * Why a migration must not run by itself; empty when it may.
   *
   * @param grade its risk
   * @param reviewer who reviewed it, as its file says
   */
  public Optional<String> against(Grade grade, Optional<String> reviewer) {
    return switch (rule(grade).run()) {
      case AUTOMATIC -> Optional.empty();
      case REVIEW ->
          reviewer.isPresent()
              ? Optional.empty()
              : Optional.of(
                  "risk "
                      + grade.text()
                      + ", which needs a review: who has read it says so in the up file, \"--"
                      + " reviewer: NAME\"");
      case BY_HAND -> Optional.of("risk " + grade.text() + ", which a person runs by hand");
    };
  }
}
