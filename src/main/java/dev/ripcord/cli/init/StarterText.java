package dev.ripcord.cli.init;

import dev.ripcord.cli.init.Findings.DatabaseIn;
import dev.ripcord.cli.init.Findings.Migrations;
import dev.ripcord.migration.Tool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** A proposal as the text of a configuration file: about a dozen lines. Pure. */
final class StarterText {
  /** What needs no quotes in YAML, also within braces, and no care for variables. */
  private static final Pattern BARE = Pattern.compile("[A-Za-z./][A-Za-z0-9._/:@+-]*(?<!:)");

  /** How many folders up a relative path may lead. */
  private static final int UP_MAX = 2;

  private static final Pattern WORD_OF_YAML =
      Pattern.compile("(?i)true|false|null|yes|no|on|off|\\.inf|\\.nan");

  private final Path folder;
  private final List<String> lines = new ArrayList<>();

  private StarterText(Path folder) {
    this.folder = folder;
  }

  /**
   * The text.
   *
   * @param place where the file is going to stand, absolute: its paths are relative to its folder
   */
  static String of(Proposal proposal, Path place) {
    Path folder = Optional.ofNullable(place.normalize().getParent()).orElse(place);
    StarterText text = new StarterText(folder);
    text.write(proposal);
    return String.join("\n", text.lines) + "\n";
  }

  private void write(Proposal proposal) {
    lines.add("# What Ripcord watches. Every key that is not here has a default;");
    lines.add("# ripcord config init --full all.yaml writes all of them, explained.");
    if (folder.endsWith("config")) {
      lines.add("data: ../data");
    }
    lines.add("services:");
    lines.add("  " + scalar(proposal.name().value()) + ":");
    String change = proposal.health().isKnown() ? "" : "  # change this: where the service answers";
    lines.add("    url: " + scalar(proposal.health().url()) + change);
    proposal.health().metrics().ifPresent(page -> lines.add("    metrics: " + scalar(page)));
    proposal
        .migrations()
        .ifPresentOrElse(
            migrations -> migrations(migrations, proposal.database()),
            () -> database(proposal.database(), "    "));
    proposal.runner().value().ifPresent(this::platform);
  }

  private void migrations(Migrations migrations, Optional<DatabaseIn> database) {
    lines.add("    migrations:");
    Tool tool = migrations.tool();
    if (tool != Tool.NATIVE) {
      lines.add("      tool: " + tool.text());
    }
    if (tool == Tool.NATIVE || tool.isPlainSql()) {
      lines.add("      dir: " + scalar(path(migrations.dir())));
    }
    if (database.isEmpty()) {
      lines.add("      # database: ${DATABASE_URL}");
    }
    database(database, "      ");
  }

  /** The variable and never its value; of a database in parts the environment says enough. */
  private void database(Optional<DatabaseIn> database, String indent) {
    database
        .filter(DatabaseIn.URL::equals)
        .ifPresent(url -> lines.add(indent + "database: ${DATABASE_URL}"));
  }

  private void platform(Runner runner) {
    lines.add("    platform:");
    StringJoiner keys = new StringJoiner(", ", "{", "}");
    String kind =
        switch (runner) {
          case Runner.ComposeService service -> {
            service
                .file()
                .ifPresentOrElse(
                    file -> keys.add("file: " + scalar(path(file))),
                    () -> keys.add("project: " + scalar(service.project())));
            keys.add("service: " + scalar(service.service()));
            yield "compose";
          }
          case Runner.DockerContainer container -> {
            keys.add("container: " + scalar(container.name()));
            yield "docker";
          }
          case Runner.Deployment deployment -> {
            keys.add("deployment: " + scalar(deployment.name()));
            keys.add("namespace: " + scalar(deployment.namespace()));
            keys.add("context: " + scalar(deployment.context()));
            yield "kubernetes";
          }
        };
    lines.add("      " + kind + ": " + keys);
  }

  /** Relative to the file where that is near, which a project that moves takes with it. */
  private String path(Path absolute) {
    Path relative = folder.relativize(absolute.normalize());
    String up = "../".repeat(UP_MAX + 1);
    Path shown = (relative + "/").startsWith(up) ? absolute.normalize() : relative;
    String text = shown.toString();
    return text.startsWith(".") || text.startsWith("/") ? text : "./" + text;
  }

  /** A text as YAML that reads back as it is, with variables of the configuration left alone. */
  static String scalar(String text) {
    if (BARE.matcher(text).matches() && !WORD_OF_YAML.matcher(text).matches()) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '"', '\\' -> quoted.append('\\').appendCodePoint(c);
                case '$' -> quoted.append("$$");
                default -> {
                  if (c < ' '
                      || (c >= 0x7F && c < 0xA0)
                      || c == 0x2028
                      || c == 0x2029
                      || c == 0xFEFF) {
                    quoted.append("\\u%04x".formatted(c));
                  } else {
                    quoted.appendCodePoint(c);
                  }
                }
              }
            });
    return quoted.append('"').toString();
  }
}
