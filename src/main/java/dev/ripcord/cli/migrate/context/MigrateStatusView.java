package dev.ripcord.cli.migrate.context;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Savepoint;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.FolderProblem;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.selection.PendingSelection;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.postgres.history.MigrationAttempt;
import dev.ripcord.postgres.history.MigrationRecord;
import dev.ripcord.postgres.history.MigrationStatus;
import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The state of a database's migrations, as lines and as JSON.
 *
 * @param folder the files
 * @param status the database
 * @param proofs what is known of downs
 * @param views why batches cannot be run
 * @param kept what stage 2 has dropped and still keeps; empty where it was not looked at
 */
public record MigrateStatusView(
    Folder folder,
    MigrationStatus status,
    ProofsShown proofs,
    List<String> views,
    Optional<List<SalvageEntry>> kept) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneId.systemDefault());
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  public boolean isPending() {
    return !ups().pending().isEmpty();
  }

  private PendingSelection ups() {
    return new PendingSelection(folder, status.history());
  }

  private List<MigrationRecord> applied() {
    return status.records().stream().filter(MigrationRecord::isApplied).toList();
  }

  /** When another tool applied it that tool may not tell. */
  public static boolean isKnown(Applied migration) {
    return !migration.appliedAt().equals(Instant.EPOCH);
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>(status.interrupted());
    folder.problems().stream().map(FolderProblem::text).forEach(problems::add);
    problems.addAll(MigrateRefusals.of(folder, status, proofs.proofs(), views));
    problems.addAll(foreign());
    return problems.stream().distinct().toList();
  }

  /** What the folder does not have: it is of a newer one, or of another that shares the history. */
  private List<String> foreign() {
    List<Applied> foreign = folder.lacks(status.history());
    return foreign.isEmpty()
        ? List.of()
        : List.of(
            foreign.stream().map(Applied::label).collect(Collectors.joining(", "))
                + ": applied, and not in this folder, so it is newer than these files, or of"
                + " another folder. One database has one folder of migrations and one history");
  }

  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (MigrationRecord each : applied()) {
      Applied migration = each.applied();
      lines.add(
          "✔ %-34s stage %d  %-10s %s  %8s   %s"
              .formatted(
                  migration.label(),
                  each.stage(),
                  migration.release().orElse("–"),
                  isKnown(migration) ? LOCAL.format(migration.appliedAt()) : "–",
                  MigrateReport.span(each.took()),
                  RevertSelection.blocker(migration).isEmpty()
                      ? "can go back"
                          + proofs.of(migration).map(p -> ": " + proofs.text(p)).orElse("")
                      : "irreversible"));
    }
    for (MigrationFile file : ups().pending()) {
      String needs =
          file.stage() == 2 ? ", needs an approval: ripcord migrate stage2 --approved-by NAME" : "";
      String way = proofs.of(file).map(proof -> ", reversibility: " + proof.text()).orElse("");
      lines.add("· %-34s stage %d  pending%s%s".formatted(file.label(), file.stage(), way, needs));
    }
    if (lines.isEmpty()) {
      lines.add("no migrations");
    }
    if (!status.history().savepoints().isEmpty()) {
      lines.add("Savepoints: " + savepoints());
    }
    kept.stream()
        .flatMap(List::stream)
        .forEach(each -> lines.add("Kept of " + each.migration() + ": " + each.line()));
    status.open().forEach(attempt -> lines.add(line(attempt)));
    problems().forEach(problem -> lines.add("▲ " + problem));
    return lines;
  }

  private static String line(MigrationAttempt attempt) {
    String run =
        attempt.direction()
            + " of "
            + attempt.current().orElseGet(() -> String.join(", ", attempt.migrations()));
    String begun = "begun " + local(attempt.begunAt()) + " by " + attempt.by();
    String done = attempt.done() + " of " + attempt.migrations().size() + " done";
    return attempt.running()
        ? "▶ %s is under way: %s, %s, pid %d".formatted(run, begun, done, attempt.pid())
        : "▲ %s broke off: %s, %s; the next run says what stays of it, and goes on"
            .formatted(run, begun, done);
  }

  private static ObjectNode json(MigrationAttempt attempt) {
    ObjectNode node = JSON.createObjectNode().put("direction", attempt.direction());
    ArrayNode migrations = node.putArray("migrations");
    attempt.migrations().forEach(migrations::add);
    return node.put("done", attempt.done())
        .put("by", attempt.by())
        .put("release", attempt.release().orElse(null))
        .put("begunAt", utc(attempt.begunAt()))
        .put("pid", attempt.pid())
        .put("running", attempt.running());
  }

  private String savepoints() {
    return status.history().savepoints().stream()
        .map(each -> each.name() + " (" + version(each) + ")")
        .collect(Collectors.joining(", "));
  }

  private static String version(Savepoint savepoint) {
    return savepoint.version().map(Version::text).orElse("base");
  }

  public ObjectNode json() {
    ObjectNode object = JSON.createObjectNode();
    object.put("current", status.history().current().map(Version::text).orElse(null));
    ArrayNode pending = object.putArray("pending");
    ups().pending().forEach(file -> pending.add(file.version().text()));
    ArrayNode applied = object.putArray("applied");
    applied().forEach(each -> applied.add(json(each)));
    ArrayNode savepoints = object.putArray("savepoints");
    for (Savepoint each : status.history().savepoints()) {
      savepoints
          .addObject()
          .put("name", each.name())
          .put("version", each.version().map(Version::text).orElse(null))
          .put("release", each.release().orElse(null))
          .put("setAt", utc(each.at()));
    }
    kept.ifPresent(all -> kept(all, object.putArray("kept")));
    ArrayNode attempts = object.putArray("attempts");
    status.open().forEach(attempt -> attempts.add(json(attempt)));
    ArrayNode problems = object.putArray("problems");
    problems().forEach(problems::add);
    return object;
  }

  private static void kept(List<SalvageEntry> kept, ArrayNode array) {
    for (SalvageEntry each : kept) {
      array
          .addObject()
          .put("id", each.id())
          .put("migration", each.migration())
          .put("what", each.what())
          .put("until", each.keepUntil().map(MigrateStatusView::utc).orElse(null));
    }
  }

  private ObjectNode json(MigrationRecord each) {
    Applied migration = each.applied();
    Optional<String> blocker = RevertSelection.blocker(migration);
    return JSON.createObjectNode()
        .put("version", migration.version().text())
        .put("name", migration.name())
        .put("kind", migration.kind().text())
        .put("stage", each.stage())
        .put("appliedAt", isKnown(migration) ? utc(migration.appliedAt()) : null)
        .put("release", migration.release().orElse(null))
        .put("checksum", migration.checksum())
        .put("reversible", blocker.isEmpty())
        .put("proof", proofs.of(migration).map(p -> p.verdict().text()).orElse(null))
        .put("additive", migration.additive())
        .put("approvedBy", each.approvedBy().orElse(null));
  }

  public static String utc(Instant instant) {
    return UTC.format(instant);
  }

  public static String local(Instant instant) {
    return LOCAL.format(instant);
  }
}
