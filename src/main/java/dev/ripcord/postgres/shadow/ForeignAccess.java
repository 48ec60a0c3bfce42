package dev.ripcord.postgres.shadow;

/**
 * The ways of a database to other servers: the handlers of its foreign data wrappers. Without one a
 * foreign table can be made and dropped, but neither read nor written.
 */
public final class ForeignAccess {
  /** Whether there is one. */
  public static final String OPEN =
      "SELECT EXISTS (SELECT FROM pg_catalog.pg_foreign_data_wrapper WHERE fdwhandler <> 0)";

  /** Takes them all away, as far as the role may; inside a transaction or outside. */
  public static final String CUT =
      """
      DO $ripcord$ DECLARE wrapper pg_catalog.name; BEGIN
        FOR wrapper IN SELECT fdwname FROM pg_catalog.pg_foreign_data_wrapper WHERE fdwhandler <> 0 LOOP
          EXECUTE pg_catalog.format('ALTER FOREIGN DATA WRAPPER %I NO HANDLER', wrapper);
        END LOOP;
      EXCEPTION WHEN insufficient_privilege THEN NULL; END $ripcord$
      """;

  private ForeignAccess() {}
}
