package dev.ripcord.postgres.migrate.salvage;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.ServerMessage;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.migrate.salvage.SalvageArchive.Restored.Done;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings back, in the transaction of a down, what the up of the same migration has kept: rows,
 * values, and who may use them. Used by the thread of a run, once for a try of a down.
 */
public final class StageTwoRestore {
  private static final String SETTINGS = "SELECT current_setting('row_security')";

  /** One that this role could make again, with nobody's rights in it. */
  private static final String EMPTY =
      """
      SELECT FROM pg_namespace n WHERE n.nspname = $1 AND n.nspacl IS NULL
        AND pg_get_userbyid(n.nspowner) = current_user
        AND has_database_privilege(current_database(), 'CREATE')
        AND NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid)
      """;

  private final MigrationSession session;
  private final StageTwo stage;
  private final String by;
  private final KeptRows kept;
  private final List<SalvageEntry> entries;
  private final Set<Long> there = new HashSet<>();

  /** The places of which something was brought back. */
  private final Set<String> back = new HashSet<>();

  private StageTwoRestore(
      MigrationSession session,
      MigrationTables tables,
      StageTwo stage,
      String by,
      List<SalvageEntry> entries) {
    this.session = session;
    this.stage = stage;
    this.by = by;
    this.kept = new KeptRows(session, tables);
    this.entries = entries;
    entries.stream().filter(kept::isThere).map(SalvageEntry::id).forEach(there::add);
  }

  /** The migrations of which something waits to be brought back, by label; nothing is made. */
  public static Set<String> waiting(MigrationSession session, MigrationTables tables) {
    return open(session, tables).stream().map(SalvageEntry::migration).collect(Collectors.toSet());
  }

  private static List<SalvageEntry> open(MigrationSession session, MigrationTables tables) {
    return SalvageArchive.ofStageTwo(session, tables).stream()
        .filter(each -> each.restoredAt().isEmpty())
        .toList();
  }

  /**
   * Looks at what is there before the down.
   *
   * @param label of the migration
   * @param by who runs it
   */
  public static StageTwoRestore before(
      MigrationSession session, MigrationTables tables, StageTwo stage, String label, String by) {
    List<SalvageEntry> own =
        open(session, tables).stream().filter(each -> each.migration().equals(label)).toList();
    return new StageTwoRestore(session, tables, stage, by, own.reversed());
  }

  /**
   * Behind the down, in its transaction: one may need the rows of another, so what was refused is
   * tried again behind the others.
   *
   * @return what came back and what did not, for people
   * @throws PreconditionFailure where something no longer fits and all of it is wanted
   */
  public List<String> restore() {
    String usual = session.ask(SETTINGS).getFirst().getString(0);
    session.run("SET LOCAL row_security = off");
    List<SalvageEntry> left = new ArrayList<>(entries);
    Map<Long, String> refused = new LinkedHashMap<>();
    Map<SalvageEntry, Done> done = new LinkedHashMap<>();
    boolean progress = true;
    while (progress && !left.isEmpty()) {
      progress = false;
      refused.clear();
      for (SalvageEntry entry : List.copyOf(left)) {
        Optional<String> why = tried(entry, done);
        if (why.isPresent()) {
          refused.put(entry.id(), "%d (%s): %s".formatted(entry.id(), entry.place(), why.get()));
        } else {
          left.remove(entry);
          progress = true;
        }
      }
    }
    if (!refused.isEmpty() && stage.restore() == StageTwo.Restore.ALL) {
      throw new PreconditionFailure(
          "what the up dropped is kept, and no longer fits: %s. Put that right, or revert the schema alone: --no-restore; what is kept stays where it is"
              .formatted(String.join("; ", refused.values())));
    }
    session.run("SET LOCAL row_security = " + Quoting.text(usual));
    List<String> lines = new ArrayList<>();
    done.forEach((entry, each) -> lines.addAll(lines(entry, each)));
    refused.values().forEach(why -> lines.add("not brought back: " + why));
    if (!session.ask(EMPTY, SalvageManifest.SCHEMA).isEmpty()) {
      session.run("DROP SCHEMA " + SalvageManifest.SCHEMA);
    }
    return lines;
  }

  /** Why it does not fit; empty where it is back. */
  private Optional<String> tried(SalvageEntry entry, Map<SalvageEntry, Done> done) {
    session.run("SAVEPOINT ripcord_restore");
    try {
      refuseTwins(entry);
      // What a later stage 2 has dropped of the same column is newer, and is back already.
      boolean isNew = !there.contains(entry.id()) && !back.contains(entry.place());
      Done rows = kept.bringBack(entry.id(), by, isNew);
      session.run("SET CONSTRAINTS ALL IMMEDIATE; RELEASE SAVEPOINT ripcord_restore");
      done.put(entry, rows);
      back.add(entry.place());
      return Optional.empty();
    } catch (PreconditionFailure why) {
      session.run("ROLLBACK TO SAVEPOINT ripcord_restore; RELEASE SAVEPOINT ripcord_restore");
      return Optional.of(why.getMessage());
    } catch (PgException why) {
      session.run("ROLLBACK TO SAVEPOINT ripcord_restore; RELEASE SAVEPOINT ripcord_restore");
      return Optional.of(ServerMessage.withoutRows(why));
    }
  }

  /** Of rows without a key nobody can say which are there already. */
  private void refuseTwins(SalvageEntry entry) {
    if (entry.kind() == SalvageEntry.Kind.ROWS
        && entry.keys().isEmpty()
        && there.contains(entry.id())) {
      throw new PreconditionFailure(
          "the table has no key that tells its rows apart, so nobody can say which of them are"
              + " there already; all are in "
              + entry.keptIn());
    }
  }

  /** What came back whole needs not be kept any more. */
  private List<String> lines(SalvageEntry entry, Done rows) {
    List<String> beside = kept.facts(entry.id());
    List<String> lines = new ArrayList<>();
    boolean whole = rows.left() == 0;
    lines.add(
        "%s of %s brought back%s"
            .formatted(
                amount(rows.rows(), entry),
                entry.place(),
                whole
                    ? ""
                    : "; %s not, since %s: kept in %s"
                        .formatted(
                            rows.left(),
                            entry.kind() == SalvageEntry.Kind.COLUMN
                                ? "their rows are gone or have a value"
                                : "rows with their keys are there",
                            entry.keptIn())));
    beside.forEach(each -> lines.add("not put back of " + entry.place() + ": " + each));
    if (whole) {
      kept.drop(entry.id(), by, "all of it was brought back");
    }
    return lines;
  }

  private static String amount(long rows, SalvageEntry entry) {
    String noun = entry.kind() == SalvageEntry.Kind.COLUMN ? "value" : "row";
    return rows + " " + noun + (rows == 1 ? "" : "s");
  }
}
