package dev.ripcord.config.file;

import dev.ripcord.release.Secret;
import java.util.Map;
import java.util.function.Function;

/**
 * What a key's value is.
 *
 * @param name as the reference names it
 * @param shape how it stands in the file; {@code parse} reads each value of a list or map
 * @param schema its JSON Schema
 * @param parse text to value; throws IllegalArgumentException with the rule that is broken, and
 *     without the text where it is a secret
 */
record Type<T>(String name, Shape shape, Map<String, Object> schema, Function<String, T> parse) {
  /** How a value stands in the file. */
  enum Shape {
    ONE,
    /** One, and empty counts as not given: <code>${VAR:-}</code>. */
    ONE_OR_EMPTY,
    /** The same, and it may be given as {@code NAME_file} instead. */
    SECRET,
    LIST,
    /** One, or a list of them. */
    ONE_OR_LIST,
    /** Names to texts, each of which may be {@code {file: path}} instead. */
    SECRETS
  }

  Type {
    schema = Map.copyOf(schema);
  }

  static <T> Type<T> one(String name, Map<String, Object> schema, Function<String, T> parse) {
    return new Type<>(name, Shape.ONE, schema, parse);
  }

  /** A secret whose form {@code check} holds; it throws as a parser does. */
  static Type<Secret> secret(String name, Map<String, Object> schema, Function<String, ?> check) {
    return new Type<>(
        name,
        Shape.SECRET,
        schema,
        text -> {
          Object _ = check.apply(text);
          return new Secret(text);
        });
  }
}
