package dev.ripcord.postgres;

import dev.ripcord.migration.sql.Script;

/**
 * A text of a migration that is run.
 *
 * @param label version and name
 * @param file the name to show in messages
 * @param script its statements
 */
public record ScriptSource(String label, String file, Script script) {}
