package dev.ripcord.postgres.schema;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.risk.Assessment;
import dev.ripcord.migration.risk.Catalog;
import dev.ripcord.migration.risk.DownImpact;
import dev.ripcord.migration.risk.DownImpact.Known;
import dev.ripcord.migration.risk.DownImpact.Rows;
import dev.ripcord.migration.risk.DownImpact.Time;
import dev.ripcord.migration.risk.Forecast;
import dev.ripcord.migration.risk.OperationImpact;
import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.migrate.salvage.SalvageForecast;
import dev.ripcord.postgres.migrate.salvage.SalvageRule;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads what reverting migrations will do to a database as it stands. Only reads; rows are counted
 * where that is quick, else the server's statistics say how many there are.
 */
final class DownImpactReader {
  /** Beyond it rows are not counted. */
  private static final int COUNTED_MAX = 100_000;

  /** Cancelled, locked, no right to read it. */
  private static final Set<String> NOT_COUNTED = Set.of("57014", "55P03", "42501");

  private static final String LIMITS =
      "SET LOCAL statement_timeout = 1000; SET LOCAL lock_timeout = 500; SET LOCAL row_security ="
          + " off";
  private static final String COUNT =
      "SELECT count(*) AS rows FROM (SELECT FROM %s LIMIT " + (COUNTED_MAX + 1) + ") counted";

  /** Of a table with all that inherit from it. */
  private static final String ESTIMATE =
      """
      WITH RECURSIVE tree (oid) AS (SELECT $1::bigint::oid
        UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree ON i.inhparent = tree.oid)
      SELECT coalesce(sum(c.reltuples) FILTER (WHERE c.relkind <> 'p'), 0)::bigint AS rows,
        coalesce(bool_or(c.reltuples < 0) FILTER (WHERE c.relkind <> 'p'), false) AS unknown
      FROM pg_class c JOIN tree USING (oid)
      """;

  private static final String BEFORE =
      """
      SELECT execution_time_ms, to_char(executed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day
      FROM $schema.migration_audit
      WHERE direction = 'down' AND success AND migration_version = $1 AND name = $2
      ORDER BY id DESC LIMIT 1
      """;

  private final MigrationSession session;
  private final MigrationTables tables;
  private final SalvageRule rule;

  /**
   * For a session that is used for nothing else meanwhile.
   *
   * @param rule how what is destroyed is kept
   */
  DownImpactReader(MigrationSession session, MigrationTables tables, SalvageRule rule) {
    this.session = session;
    this.tables = tables;
    this.rule = rule;
  }

  /**
   * What each will do.
   *
   * @param catalog the database as it stands
   * @param downs in the order in which they would be reverted
   */
  List<DownImpact> read(Catalog catalog, List<Applied> downs) {
    Forecast forecast = Forecast.of(catalog, rule.reader());
    List<DownImpact> impacts = new ArrayList<>();
    for (Applied down : downs) {
      Script script = Script.parse(down.down().orElse(""));
      Assessment assessment = forecast.run(script);
      impacts.add(
          DownImpact.of(
              down.version().text(),
              assessment,
              known(catalog, assessment),
              rule.keeps() ? new SalvageForecast(session, tables, rule).read(script) : List.of(),
              before(down)));
    }
    return impacts;
  }

  private Optional<Time> before(Applied down) {
    return session.ask(tables.sql(BEFORE), down.version().text(), down.name()).stream()
        .findFirst()
        .map(row -> Time.measured(row.getLong("execution_time_ms") / 1000.0, row.getString("day")));
  }

  private Map<String, Known> known(Catalog catalog, Assessment assessment) {
    Map<String, Known> known = new HashMap<>();
    for (OperationImpact effect : assessment.effects()) {
      effect
          .table()
          .filter(name -> !known.containsKey(name))
          .ifPresent(
              name ->
                  catalog
                      .relation(name)
                      .ifPresent(each -> known.put(name, new Known(rows(each), each.bytes()))));
    }
    return known;
  }

  private Rows rows(Catalog.Relation relation) {
    return switch (relation.kind()) {
      case TABLE, PARTITIONED, MATERIALIZED ->
          counted(relation).orElseGet(() -> estimated(relation));
      case VIEW, FOREIGN -> new Rows(OptionalLong.empty(), false);
    };
  }

  /** Empty where that is not quick, or may not be done. */
  private Optional<Rows> counted(Catalog.Relation relation) {
    session.run("BEGIN READ ONLY");
    try {
      session.run(LIMITS);
      String sql = Quoting.name(relation.schema()) + "." + Quoting.name(relation.name());
      long rows = session.ask(COUNT.formatted(sql)).getFirst().getLong("rows");
      return rows > COUNTED_MAX
          ? Optional.empty()
          : Optional.of(new Rows(OptionalLong.of(rows), true));
    } catch (PgException failure) {
      if (NOT_COUNTED.contains(failure.getSqlState())) {
        return Optional.empty();
      }
      throw failure;
    } finally {
      session.runIgnoringErrors("ROLLBACK");
    }
  }

  private Rows estimated(Catalog.Relation relation) {
    Row row = session.ask(ESTIMATE, relation.id()).getFirst();
    return row.getBoolean("unknown")
        ? new Rows(OptionalLong.empty(), false)
        : new Rows(OptionalLong.of(row.getLong("rows")), false);
  }
}
