package dev.ripcord.demo;

import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;

/** What can be seen of the shop's database from outside, to check the demo's own claims. */
public final class ShopFacts {
  private static final String FACTS =
      """
      SELECT (SELECT count(*) FROM customer),
             (SELECT count(*) FROM information_schema.columns
               WHERE table_name = 'customer' AND column_name = 'email')
      """;

  private final Pool admin;
  private final Pool shop;

  /** Over the URLs of a server's first database and the shop's own one; opens nothing yet. */
  public ShopFacts(Vertx vertx, Secret admin, Secret shop) {
    this.admin = pool(vertx, admin);
    this.shop = pool(vertx, shop);
  }

  private static Pool pool(Vertx vertx, Secret url) {
    return PgBuilder.pool()
        .with(new PoolOptions().setMaxSize(1))
        .connectingTo(PgConnectOptions.fromUri(url.reveal()))
        .using(vertx)
        .build();
  }

  /**
   * The shop's database as it stands.
   *
   * @param customers rows in the table of customers
   * @param hasEmail whether the column of version 2 is there
   */
  public record Facts(long customers, boolean hasEmail) {}

  /** Makes an empty database; its name is one of ours, never a user's. */
  public Future<Void> create(String name) {
    return admin.query("CREATE DATABASE \"" + name.replace("\"", "") + "\"").execute().mapEmpty();
  }

  /** How things stand. */
  public Future<Facts> now() {
    return shop.query(FACTS)
        .execute()
        .map(
            rows -> {
              var row = rows.iterator().next();
              return new Facts(row.getLong(0), row.getLong(1) > 0);
            });
  }

  /** Closes the connections. */
  public Future<Void> close() {
    return shop.close().eventually(admin::close);
  }
}
