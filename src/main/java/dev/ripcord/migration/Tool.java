package dev.ripcord.migration;

import java.util.Locale;

/** What runs the migrations of a service. */
public enum Tool {
  /** Ripcord itself. */
  NATIVE,
  /** Alembic: Python files; {@code alembic_version}. */
  ALEMBIC,
  /** sqlx: {@code VERSION_name.up.sql}; {@code _sqlx_migrations}. */
  SQLX,
  /** golang-migrate: {@code VERSION_name.up.sql}; {@code schema_migrations}. */
  GOLANG_MIGRATE,
  /** Flyway: {@code flyway_schema_history}. */
  FLYWAY,
  /** Liquibase: {@code databasechangelog}. */
  LIQUIBASE;

  /**
   * Whether its migrations are plain SQL files with a down beside each up, which Ripcord's own
   * runner can run while it keeps that tool's table true.
   */
  public boolean isPlainSql() {
    return this == SQLX || this == GOLANG_MIGRATE;
  }

  /** As the configuration spells it: {@code golang-migrate}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
