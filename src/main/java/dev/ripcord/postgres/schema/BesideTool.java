package dev.ripcord.postgres.schema;

import dev.ripcord.port.Permit;
import dev.ripcord.port.Schema;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A schema with another tool's table: what has nothing to do with that is the plain database's. */
interface BesideTool extends Schema {
  /** The same database, for sessions and backups. */
  PostgresSchema plain();

  @Override
  default Future<Optional<String>> otherJournal(String journal, ServiceName service) {
    return plain().otherJournal(journal, service);
  }

  @Override
  default Future<String> drained(Instant before, Duration budget, Permit permit) {
    return plain().drained(before, budget, permit);
  }

  @Override
  default Future<Optional<Instant>> clock() {
    return plain().clock();
  }

  @Override
  default Future<Optional<String>> backupBlocker() {
    return plain().backupBlocker();
  }

  @Override
  default Future<String> backup(Path file, Permit permit) {
    return plain().backup(file, permit);
  }
}
