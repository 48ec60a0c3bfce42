package dev.ripcord.postgres.migrate.salvage;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PreconditionFailure;
import io.vertx.sqlclient.Row;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Sees to it that a role reads and writes all rows of a table, or none: a policy would hide some of
 * them without a word. Policies that bind the owner too (FORCE ROW LEVEL SECURITY) are lifted for
 * the moment where the role owns the table; nobody else sees that, since the table is locked
 * (ACCESS EXCLUSIVE) until the transaction ends. For the transaction that is open on its session;
 * what fails in between leaves the policies to its rollback.
 */
final class RowSecurity {
  /** Only what binds this role; an owner is bound by FORCE alone. */
  private static final String BINDING =
      """
      SELECT format('%I.%I', n.nspname, c.relname) AS name, current_user::text AS role,
        pg_has_role(c.relowner, 'USAGE') AS owns
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = $1::bigint::oid AND row_security_active(c.oid)
      """;

  private final MigrationSession session;

  RowSecurity(MigrationSession session) {
    this.session = session;
  }

  /**
   * A table whose policies bind the role.
   *
   * @param name as SQL has it
   * @param owns whether the role owns it, and so may lift them
   */
  private record Bound(String name, String role, boolean owns) {
    PreconditionFailure refusal(String whatFails, String otherwise) {
      return new PreconditionFailure(
          "%s: row-level security of %s hides rows from %s. ALTER ROLE %s BYPASSRLS, or %s"
              .formatted(whatFails, name, role, Quoting.name(role), otherwise));
    }
  }

  private Optional<Bound> bound(long table) {
    return session.ask(BINDING, table).stream().findFirst().map(RowSecurity::bound);
  }

  private static Bound bound(Row row) {
    return new Bound(row.getString("name"), row.getString("role"), row.getBoolean("owns"));
  }

  /** Whether {@link #whole} locks the table against readers too. */
  boolean isLifted(long table) {
    return bound(table).filter(Bound::owns).isPresent();
  }

  /**
   * Does what must meet every row of a table.
   *
   * @throws PreconditionFailure where policies bind the role and it cannot lift them
   */
  <T> T whole(long table, Supplier<T> work) {
    Optional<Bound> bound = bound(table);
    if (bound.isEmpty()) {
      return work.get();
    }
    if (!bound.get().owns()) {
      throw bound
          .get()
          .refusal("rows would be lost", "let the owner of the table run the migrations");
    }
    String alter = "ALTER TABLE ONLY " + bound.get().name();
    session.run(alter + " NO FORCE ROW LEVEL SECURITY");
    T done = work.get();
    session.run(alter + " FORCE ROW LEVEL SECURITY");
    return done;
  }

  /**
   * For what people do while everybody uses the table, which is not to be locked.
   *
   * @throws PreconditionFailure where policies bind the role
   */
  void refuseBound(long table) {
    bound(table)
        .ifPresent(
            bound -> {
              throw bound.refusal(
                  "not all rows could be put back",
                  bound.owns()
                      ? "ALTER TABLE " + bound.name() + " NO FORCE ROW LEVEL SECURITY meanwhile"
                      : "let the owner of the table do it");
            });
  }
}
