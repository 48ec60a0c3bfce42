package dev.ripcord.cli;

import dev.ripcord.parse.SqlReader;
import dev.ripcord.postgres.CatalogReader;
import dev.ripcord.postgres.Database;
import dev.ripcord.risk.Catalog;
import dev.ripcord.risk.Forecast;
import io.vertx.core.Vertx;

/** What migrations will do to a database. */
final class Forecasts {
  private Forecasts() {}

  /** What the statements will do to a database as it stands now. */
  static Forecast read(Database database) {
    Vertx vertx = Vertx.vertx();
    try {
      Catalog catalog = new CatalogReader(vertx, database).read().await();
      return Forecast.of(catalog, new SqlReader()::read);
    } finally {
      vertx.close().otherwiseEmpty().await();
    }
  }
}
