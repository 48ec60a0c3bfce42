package dev.ripcord.demo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Tuple;

/**
 * The shop's table of customers. Version 1 runs on the schema with and without the column {@code
 * email}; version 2 needs it.
 */
final class Orders {
  private static final int CONNECTIONS = 4;
  private static final String TABLE =
      """
      CREATE TABLE IF NOT EXISTS customer (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL,
        ordered_at timestamptz NOT NULL DEFAULT now())
      """;
  private static final String BY_NAME = "INSERT INTO customer (name) VALUES ($1) RETURNING id";
  private static final String BY_NAME_AND_EMAIL =
      "INSERT INTO customer (name, email) VALUES ($1, $2) RETURNING id";

  private final Pool pool;
  private final boolean keepsEmail;

  Orders(Vertx vertx, ShopOptions options) {
    pool =
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(CONNECTIONS))
            .connectingTo(PgConnectOptions.fromUri(options.database().reveal()))
            .using(vertx)
            .build();
    keepsEmail = options.version() == 2;
  }

  /** Makes the table where it is missing. */
  Future<Void> open() {
    return pool.query(TABLE).execute().mapEmpty();
  }

  /** Takes an order; gives its number. */
  Future<Long> place(String customer) {
    Tuple row = keepsEmail ? Tuple.of(customer, customer + "@example.org") : Tuple.of(customer);
    return pool.preparedQuery(keepsEmail ? BY_NAME_AND_EMAIL : BY_NAME)
        .execute(row)
        .map(rows -> rows.iterator().next().getLong(0));
  }

  Future<Void> close() {
    return pool.close();
  }
}
