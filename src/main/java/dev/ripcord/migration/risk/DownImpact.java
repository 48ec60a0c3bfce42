package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.OperationImpact.Code;
import dev.ripcord.migration.risk.Size.Work;
import dev.ripcord.migration.statement.LockMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * What reverting one migration will do to a database as it stands now. Pure.
 *
 * @param version of which migration
 * @param tables what happens to which table, by name
 * @param time how long it may take
 * @param keeps what salvage would keep of it; empty where it keeps nothing
 * @param unknown why something could not be told
 */
public record DownImpact(
    String version, List<OnTable> tables, Time time, List<Keeping> keeps, List<String> unknown) {
  private static final Set<Code> GOES_THROUGH =
      Set.of(Code.REWRITE, Code.SCAN, Code.INDEX_BUILD, Code.BULK_DATA, Code.DESTRUCTIVE);

  public DownImpact {
    tables = List.copyOf(tables);
    keeps = List.copyOf(keeps);
    unknown = List.copyOf(unknown);
  }

  /**
   * One table.
   *
   * @param table as a person would name it
   * @param lock the strongest lock, where it is harder than ROW EXCLUSIVE
   * @param rewritten whether it is written anew
   * @param rows how many rows the down goes through or takes away at most
   * @param bytes rows, TOAST and indexes; 0 where it is not there yet
   */
  public record OnTable(
      String table, Optional<LockMode> lock, boolean rewritten, Rows rows, long bytes) {}

  /**
   * A number of rows.
   *
   * @param count empty where nobody knows: the table was never analysed
   * @param exact whether they were counted; else the server's statistics say so
   */
  public record Rows(OptionalLong count, boolean exact) {
    /** None. */
    public static final Rows NONE = new Rows(OptionalLong.of(0), true);
  }

  /** Where a time comes from. */
  public enum Basis {
    /** It was reverted before. */
    MEASURED,
    /** From the sizes, at assumed rates. */
    ASSUMED,
    /** It is not known. */
    UNKNOWN
  }

  /**
   * How long a down may take.
   *
   * @param seconds empty where it is not known
   * @param basis where it comes from
   * @param text the same for people
   */
  public record Time(OptionalDouble seconds, Basis basis, String text) {
    /** Measured when it was reverted before. */
    public static Time measured(double seconds, String day) {
      return new Time(
          OptionalDouble.of(seconds),
          Basis.MEASURED,
          Size.span(seconds) + " (it took so long when it was reverted on " + day + ")");
    }
  }

  /**
   * What salvage would keep of a down.
   *
   * @param what such as {@code orders.fax}
   * @param copied whether it is copied; else the table is moved whole, at once, whatever its size
   * @param bytes about how much is copied
   * @param maxBytes how much may be
   * @param maxSeconds how long a copy may take
   */
  public record Keeping(String what, boolean copied, long bytes, long maxBytes, double maxSeconds) {
    /** About how long the copy takes; 0 where there is none. */
    public double seconds() {
      return copied ? Work.REWRITE.seconds(bytes) : 0;
    }

    /** Whether it is within both limits, as far as sizes tell. */
    public boolean fits() {
      return !copied || (bytes <= maxBytes && seconds() <= maxSeconds);
    }

    /** For people. */
    public String text() {
      if (!copied) {
        return what + " is moved whole, which needs no copy";
      }
      return "%s, at most %s of %s, %s of %.0f s%s"
          .formatted(
              what,
              new Size(bytes).text(),
              new Size(maxBytes).text(),
              Size.span(seconds()),
              maxSeconds,
              fits() ? "" : ": beyond losses.max-size or max-time, so the down would not be run");
    }
  }

  /**
   * What is known of a relation.
   *
   * @param bytes rows, TOAST and indexes
   */
  public record Known(Rows rows, long bytes) {}

  /**
   * From what the statements will do.
   *
   * @param relations by the names that the assessment uses
   * @param before how long it took when it was reverted before
   */
  public static DownImpact of(
      String version,
      Assessment assessment,
      Map<String, Known> relations,
      List<Keeping> keeps,
      Optional<Time> before) {
    Map<String, OnTable> tables = new TreeMap<>();
    double seconds = keeps.stream().mapToDouble(Keeping::seconds).sum();
    for (OperationImpact effect : assessment.effects()) {
      if (effect.table().isEmpty()) {
        continue;
      }
      String name = effect.table().get();
      Known known =
          relations.getOrDefault(name, new Known(new Rows(OptionalLong.empty(), false), 0));
      OnTable old =
          tables.getOrDefault(
              name, new OnTable(name, Optional.empty(), false, Rows.NONE, known.bytes()));
      tables.put(
          name,
          new OnTable(
              name,
              effect.lock().or(old::lock),
              old.rewritten() || effect.code() == Code.REWRITE,
              GOES_THROUGH.contains(effect.code()) ? known.rows() : old.rows(),
              known.bytes()));
      seconds += work(effect.code()).map(each -> each.seconds(known.bytes())).orElse(0.0);
    }
    List<String> unknown = new ArrayList<>(assessment.problems());
    return new DownImpact(
        version,
        List.copyOf(tables.values()),
        before.orElse(assumed(seconds, unknown)),
        keeps,
        unknown);
  }

  private static Time assumed(double seconds, List<String> unknown) {
    return unknown.isEmpty()
        ? new Time(
            OptionalDouble.of(seconds),
            Basis.ASSUMED,
            Size.span(seconds) + " (assumed from the sizes of the tables)")
        : new Time(OptionalDouble.empty(), Basis.UNKNOWN, "not known");
  }

  private static Optional<Work> work(Code code) {
    return switch (code) {
      case REWRITE, BULK_DATA -> Optional.of(Work.REWRITE);
      case INDEX_BUILD -> Optional.of(Work.BUILD);
      case SCAN -> Optional.of(Work.READ);
      case LOCK, DESTRUCTIVE, BREAKING, NO_TRANSACTION, MISSING_TIMEOUT, CONSTRAINT_DROPPED ->
          Optional.empty();
    };
  }
}
