package dev.ripcord.config.file;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of keys as a JSON Schema (Draft-07), for completion and checks in an editor. It knows
 * form and not relations, which only {@code config check} does.
 */
final class JsonSchema {
  private static final String SERVICE_NAME = "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$";

  private JsonSchema() {}

  static Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("$schema", "http://json-schema.org/draft-07/schema#");
    document.put("title", "Ripcord configuration");
    document.putAll(group(Keys.TOP));
    return document;
  }

  private static Map<String, Object> group(Key.Group group) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Key key : group.keys()) {
      properties.put(key.name(), key(key));
      if (key instanceof Key.Value<?> value && value.mayBeInFile()) {
        properties.put(value.fileName(), file(value));
      }
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", group.equals(ServiceKeys.PLATFORM) ? "object" : List.of("object", "null"));
    schema.put("description", group.text());
    schema.put("additionalProperties", false);
    schema.put("properties", properties);
    schema.putAll(rules(group));
    return schema;
  }

  private static Map<String, Object> rules(Key.Group group) {
    if (group.equals(ServiceKeys.PLATFORM)) {
      return Map.of("minProperties", 1, "maxProperties", 1);
    }
    if (group.equals(ServiceKeys.SERVICE)) {
      return Map.of(
          "anyOf",
          List.of(
              required(SourceKeys.URL),
              required(SourceKeys.METRICS),
              required(SourceKeys.PROMETHEUS),
              required(SourceKeys.ACTUATOR),
              required(SourceKeys.JSON)));
    }
    if (group.equals(SourceKeys.SERIES)) {
      return required(SourceKeys.REQUESTS, SourceKeys.ERRORS);
    }
    if (group.equals(SourceKeys.PROMETHEUS)) {
      return required(SourceKeys.SERVER);
    }
    if (group.equals(SourceKeys.JSON)) {
      return required(SourceKeys.DOCUMENT);
    }
    if (group.equals(ServiceKeys.DOCKER)) {
      return required(ServiceKeys.CONTAINER);
    }
    if (group.equals(Keys.TOKEN_OF)) {
      return required(Keys.TOKEN_NAME, Keys.TOKEN_ROLE);
    }
    if (group.equals(Keys.TLS)) {
      return required(Keys.TLS_CERT, Keys.TLS_KEY);
    }
    if (group.equals(ServiceKeys.DIRECTORY)) {
      return required(ServiceKeys.RELEASES_PATH);
    }
    return group.equals(ServiceKeys.COMMAND)
        ? required(ServiceKeys.SWITCH, ServiceKeys.CURRENT)
        : Map.of();
  }

  private static Map<String, Object> required(Key... keys) {
    List<String> names = new ArrayList<>();
    for (Key key : keys) {
      names.add(key.name());
    }
    return Map.of("required", names);
  }

  private static Map<String, Object> key(Key key) {
    return switch (key) {
      case Key.Value<?> value -> value(value);
      case Key.Group group -> group(group);
      case Key.Named named -> {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", List.of("object", "null"));
        schema.put("description", named.text());
        schema.put("additionalProperties", false);
        schema.put("patternProperties", Map.of(SERVICE_NAME, group(named.each())));
        yield schema;
      }
      case Key.Listed listed -> {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", List.of("array", "null"));
        schema.put("description", listed.text());
        schema.put("items", group(listed.each()));
        yield schema;
      }
    };
  }

  private static Map<String, Object> value(Key.Value<?> value) {
    Map<String, Object> schema = new LinkedHashMap<>(value.type().schema());
    schema.put("description", value.text());
    if (!value.fallback().isEmpty()) {
      schema.put("default", value.fallback());
    }
    if (value.type().shape() != Type.Shape.LIST && value.type().shape() != Type.Shape.SECRETS) {
      schema.put("examples", List.of(value.example()));
    }
    return schema;
  }

  private static Map<String, Object> file(Key.Value<?> value) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "string");
    schema.put("description", "A file that holds " + value.name() + ", in its place.");
    schema.put("examples", List.of("/run/secrets/" + value.name()));
    return schema;
  }
}
