package dev.ripcord.cli.migrate.context;

import dev.ripcord.cli.console.Console;
import dev.ripcord.postgres.Database;

/**
 * Warns of a database on another machine that may be spoken to without TLS, once a command. Who
 * wrote {@code sslmode=disable} knows it.
 */
public final class TlsNotice {
  private final Console console;
  private boolean given;

  public TlsNotice(Console console) {
    this.console = console;
  }

  /** The same database. */
  Database seen(Database database) {
    if (!given && database.mayBeUnencrypted()) {
      given = true;
      console
          .err()
          .println(
              "▲ "
                  + database.label()
                  + " is on another machine, and the connection may not be encrypted; add"
                  + " ?sslmode=verify-full, or set DB_SSLMODE=verify-full");
    }
    return database;
  }
}
