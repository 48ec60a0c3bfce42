package dev.ripcord.cli.migrate.context;

import dev.ripcord.migration.risk.Catalog;
import dev.ripcord.migration.risk.Forecast;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.catalog.CatalogReader;
import io.vertx.core.Vertx;

/** What migrations will do to a database. */
public final class Forecasts {
  private Forecasts() {}

  /** What the statements will do to a database as it stands now. */
  public static Forecast read(Vertx vertx, Database database) {
    Catalog catalog = new CatalogReader(vertx, database).read().await();
    return Forecast.of(catalog, new SqlParser()::read);
  }
}
