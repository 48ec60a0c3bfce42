package dev.ripcord.postgres.shadow;

import dev.ripcord.migration.proof.Difference;
import dev.ripcord.migration.proof.Finding;
import dev.ripcord.migration.proof.Fingerprint;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.postgres.StatementFailure;
import io.vertx.pgclient.PgException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * In what a shadow is other than the live database: what a dump leaves out or writes otherwise, and
 * which rows were not copied. What comes of that in a trial says nothing of the live database, so
 * it is unknown, neither proven nor impossible.
 *
 * @param differences of the catalog, from the live database to the shadow
 * @param someRows whether rows of the live database are missing
 * @param isolated whether foreign tables lead nowhere in it, whatever a trial makes
 */
public record CopyDifferences(List<Difference> differences, boolean someRows, boolean isolated) {
  /** A shadow that is the same throughout. */
  static final CopyDifferences NONE = new CopyDifferences(List.of(), false, true);

  /** What a statement says when it does not find something: SQLSTATEs. */
  private static final Set<String> NOT_FOUND =
      Set.of("42704", "42P01", "42703", "42883", "3F000", "42P02");

  /** Failures that a row which is missing can cause; the rows that are there do not cause them. */
  private static final Set<String> FOR_WANT_OF_ROWS =
      Set.of("23503", "23502", "P0001", "P0002", "P0004", "21000", "22004", "02000");

  private static final String LARGE_OBJECT = "large object";

  /** What a statement says that uses a foreign table: the wrappers of a copy have no handler. */
  private static final String WRONG_STATE = "55000";

  private static final String HANDLER = "has no handler";

  public CopyDifferences {
    differences = List.copyOf(differences);
  }

  /** Where sequences stand is put right after the copy, and is no difference of it. */
  static CopyDifferences between(
      Fingerprint live, Fingerprint shadow, boolean someRows, boolean isolated) {
    List<Difference> differences =
        live.against(shadow).stream()
            .filter(each -> each.sort() != Difference.Sort.BEHIND)
            .toList();
    return new CopyDifferences(differences, someRows, isolated);
  }

  /** That a text of a migration failed. */
  public Finding failed(String what, StatementFailure failure, Script script) {
    String text = what + ": " + failure.firstLine();
    return excuse(failure, script)
        .<Finding>map(why -> new Finding.Unknown(text + "; this was not tried, since " + why))
        .orElseGet(() -> new Finding.Blocked(text));
  }

  private Optional<String> excuse(StatementFailure failure, Script script) {
    if (!(failure.getCause() instanceof PgException refused)) {
      return Optional.empty();
    }
    String state = String.valueOf(refused.getSqlState());
    String message = String.valueOf(refused.getErrorMessage());
    if (state.equals(WRONG_STATE) && message.contains(HANDLER)) {
      return Optional.of("the copy has no way to foreign servers");
    }
    if (NOT_FOUND.contains(state)) {
      if (message.contains(LARGE_OBJECT)) {
        return Optional.of("the copy has no large objects");
      }
      return missing(script);
    }
    return someRows && FOR_WANT_OF_ROWS.contains(state)
        ? Optional.of("the copy has not all rows")
        : Optional.empty();
  }

  /** What the copy lacks and a text names; of a user mapping it names server and user. */
  private Optional<String> missing(Script script) {
    ScriptNames names = ScriptNames.of(script);
    return differences.stream()
        .filter(each -> each.sort() == Difference.Sort.MISSING)
        .map(Difference::thing)
        .filter(
            thing ->
                thing.kind().equals("user mapping")
                    ? names.has(thing.name().replaceFirst(" public$", ""))
                    : names.hasLast(thing.name()))
        .findFirst()
        .map(thing -> "the copy has no " + thing.text());
  }

  /** What a trial has found, with what is due to the copy as unknown. */
  public List<Finding> judged(List<Finding> findings) {
    return findings.stream().map(this::judged).toList();
  }

  private Finding judged(Finding finding) {
    return finding instanceof Finding.Differs(Difference found)
            && differences.stream().anyMatch(each -> isOf(each, found))
        ? new Finding.Unknown(
            found.text() + "; the copy has it otherwise than the live database to begin with")
        : finding;
  }

  private static boolean isOf(Difference copied, Difference found) {
    return copied.thing().equals(found.thing())
        && copied.sort() == found.sort()
        && copied.aspect().equals(found.aspect());
  }
}
