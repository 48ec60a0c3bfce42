package dev.ripcord.config.file;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The commented file to begin with: what is in use stands open, everything else behind a #. */
final class ConfigTemplate {
  private static final int WIDTH = 100;
  private static final String HEAD =
      """
      # What Ripcord watches, and how. A service needs only a name and a url; every line behind a #
      # shows a default or an example. Relative paths are relative to this file.
      #
      # ${VAR}, ${VAR:-default}, ${VAR-default} and ${VAR:?message} take a value from the environment,
      # $$ is a dollar. A secret can be read from a file: token_file, database_file and so on.
      #
      # Check it:    ripcord config check
      # Completion:  ripcord config schema > ripcord.schema.json, and as the first line of this file
      #              # yaml-language-server: $schema=ripcord.schema.json
      # All keys:    docs/configuration.md
      """;

  /** What stands open, by path. */
  private static final Map<String, String> OPEN =
      Map.ofEntries(
          Map.entry("alerts", ""),
          Map.entry("alerts.slack", "${SLACK_WEBHOOK_URL:-}"),
          Map.entry("services", ""),
          Map.entry("services.shop", ""),
          Map.entry("services.shop.url", "http://127.0.0.1:8080/health"),
          Map.entry("services.shop.metrics", "http://127.0.0.1:8080/metrics"),
          Map.entry("services.shop.migrations", ""),
          Map.entry("services.shop.migrations.dir", "/srv/shop/migrations"),
          Map.entry(
              "services.shop.migrations.database",
              "${SHOP_DATABASE_URL:-postgresql://shop@127.0.0.1:5432/shop}"),
          Map.entry("services.shop.platform", ""),
          Map.entry("services.shop.platform.docker", ""),
          Map.entry("services.shop.platform.docker.container", "shop"),
          Map.entry("services.shop.rules", ""),
          Map.entry("services.shop.rules.latency-p99", ""));

  private final StringBuilder text = new StringBuilder(HEAD);
  private final String up;

  private ConfigTemplate(String up) {
    this.up = up;
  }

  /** The text for a place; a folder called config has its data beside it. */
  static String text(Path place) {
    Path folder = place.toAbsolutePath().normalize().getParent();
    boolean below = folder != null && folder.endsWith("config");
    ConfigTemplate starter = new ConfigTemplate(below ? "../" : "./");
    starter.keys(Keys.TOP.keys(), "", 0, false);
    return starter.text.toString();
  }

  private void keys(List<Key> keys, String path, int depth, boolean closed) {
    for (Key key : keys) {
      String below = path.isEmpty() ? key.name() : path + "." + key.name();
      boolean saidAbove = path.startsWith("services.shop") && isShared(key) && !isOpen(below);
      if (!saidAbove) {
        key(key, below, depth, closed);
      }
    }
  }

  private static boolean isShared(Key key) {
    return SharedKeys.ALL.contains(key) || SharedKeys.RULES.keys().contains(key);
  }

  private void key(Key key, String path, int depth, boolean above) {
    boolean closed = above || !isOpen(path);
    if (depth == 0) {
      text.append('\n');
    }
    comment(key.text(), depth);
    switch (key) {
      case Key.Value<?> value -> line(key.name() + ": " + shown(value, path), depth, closed);
      case Key.Group rule when SharedKeys.RULES.keys().contains(rule) ->
          line(rule.name() + ": {" + inner(rule, path) + "}", depth, closed);
      case Key.Group group -> {
        line(key.name() + ":", depth, closed);
        keys(group.keys(), path, depth + 1, closed);
      }
      case Key.Listed list -> {
        line(key.name() + ":", depth, closed);
        line("- {" + inner(list.each(), path) + "}", depth + 1, closed);
      }
      case Key.Named named -> {
        line(key.name() + ":", depth, closed);
        line("shop:", depth + 1, closed);
        keys(named.each().keys(), path + ".shop", depth + 2, closed);
        comment("And any key from interval to rules above, for this service alone.", depth + 2);
      }
    }
  }

  private String inner(Key.Group rule, String path) {
    List<String> values = new ArrayList<>();
    for (Key key : rule.keys()) {
      if (key instanceof Key.Value<?> value) {
        values.add(key.name() + ": " + shown(value, path + "." + key.name()));
      }
    }
    return String.join(", ", values);
  }

  /** The folder of data stands open where its default would be a folder inside config. */
  private boolean isOpen(String path) {
    return OPEN.containsKey(path) || (path.equals("data") && up.equals("../"));
  }

  private String shown(Key.Value<?> value, String path) {
    if (path.equals("data")) {
      return up + "data";
    }
    String open = OPEN.get(path);
    if (open != null) {
      return open;
    }
    return value.fallback().isEmpty() ? value.example() : value.fallback();
  }

  private void line(String content, int depth, boolean closed) {
    text.append("  ".repeat(depth)).append(closed ? "# " : "").append(content).append('\n');
  }

  private void comment(String words, int depth) {
    String lead = "  ".repeat(depth) + "#";
    StringBuilder line = new StringBuilder(lead);
    for (String word : words.split(" ", -1)) {
      if (line.length() + word.length() >= WIDTH) {
        text.append(line).append('\n');
        line = new StringBuilder(lead);
      }
      line.append(' ').append(word);
    }
    text.append(line).append('\n');
  }
}
