package dev.ripcord.cli.salvage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.json.Json;
import dev.ripcord.postgres.migrate.salvage.SalvageArchive;
import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * What the subcommands share: the way to what is kept in a database, and how an entry is shown.
 *
 * @param context options, environment and configuration to a database
 */
record SalvageAccess(MigrateContext context) {
  Console console() {
    return context.console();
  }

  int call(Callable<Integer> verb) throws Exception {
    return context.call(verb);
  }

  String who() {
    return context.note(Optional.empty()).by();
  }

  /** What is kept in the database that the options, the environment or the file name. */
  SalvageArchive archive(CommonOptions common, MigrateOptions options) {
    return new SalvageArchive(
        context.loops().vertx(), context.database(common, options), MigrateContext.SCHEMA);
  }

  /** An entry as JSON. */
  static ObjectNode json(SalvageEntry entry) {
    ObjectNode object =
        Json.object()
            .put("id", entry.id())
            .put("takenAt", Json.time(entry.takenAt()))
            .put("release", entry.release().orElse(null))
            .put("migration", entry.migration())
            .put("cause", entry.cause().text())
            .put("kind", entry.kind().text())
            .put("schema", entry.schema())
            .put("table", entry.table())
            .put("column", entry.column().orElse(null))
            .put("rows", entry.rows())
            .put("keptAs", entry.keptIn());
    object.put("keepUntil", entry.keepUntil().map(Json::time).orElse(null));
    object.put("restoredAt", entry.restoredAt().map(Json::time).orElse(null));
    return object.put("purgedAt", entry.purgedAt().map(Json::time).orElse(null));
  }

  /** What became of an entry, for people. */
  static String state(SalvageEntry entry) {
    return entry
        .purgedAt()
        .map(at -> "purged " + day(at))
        .or(() -> entry.restoredAt().map(at -> "restored " + day(at)))
        .orElse("kept");
  }

  /** Until when it is kept, for people. */
  static String until(SalvageEntry entry) {
    return entry.purgedAt().isPresent()
        ? "-"
        : entry.keepUntil().map(SalvageAccess::day).orElse("purged by hand");
  }

  /** What has dropped it, for people. */
  static String cause(SalvageEntry entry) {
    return entry.cause() == SalvageEntry.Cause.STAGE2 ? "stage 2" : "rollback";
  }

  /** The day, in UTC. */
  static String day(Instant at) {
    return at.toString().substring(0, 10);
  }
}
