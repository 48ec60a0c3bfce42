package dev.ripcord.migration.statement;

import java.util.Optional;

/**
 * The name of a thing in a database, without quotes and in the case that the server uses.
 *
 * @param schema empty when the statement names none
 * @param name the rest
 */
public record Name(Optional<String> schema, String name) {
  /** A name without a schema. */
  public static Name of(String name) {
    return new Name(Optional.empty(), name);
  }

  /** A name in a schema. */
  public static Name of(String schema, String name) {
    return new Name(Optional.of(schema), name);
  }

  @Override
  public String toString() {
    return schema.map(each -> each + "." + name).orElse(name);
  }
}
