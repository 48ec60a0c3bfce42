package dev.ripcord.cli.init;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.init.Findings.ComposeService;
import dev.ripcord.cli.init.Findings.Container;
import dev.ripcord.cli.init.Findings.DatabaseIn;
import dev.ripcord.cli.init.Findings.Endpoint;
import dev.ripcord.cli.init.Findings.Migrations;
import dev.ripcord.cli.init.Findings.Page;
import dev.ripcord.migration.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was found and what is proposed, for people: a line each. Pure.
 *
 * @param paint how marks look
 */
record FindingsText(Ansi paint) {
  private static final String LINE = "  %s %-13s %s";
  private static final int NAMES_MAX = 6;

  /** What was looked for, found or not. */
  List<String> found(Findings findings) {
    List<String> lines = new ArrayList<>();
    lines.add(
        line(
            "Compose file",
            findings.compose(),
            file ->
                file.file().getFileName()
                    + ": "
                    + names(file.services().stream().map(ComposeService::name).toList())));
    lines.add(
        line(
            "Docker Engine",
            findings.containers(),
            all -> "runs " + names(all.stream().map(Container::name).toList())));
    lines.add(
        line(
            "Kubernetes",
            findings.cluster(),
            cluster ->
                "context %s, namespace %s: %s"
                    .formatted(
                        cluster.context(), cluster.namespace(), names(cluster.deployments()))));
    lines.add(line("database", findings.database(), FindingsText::text));
    lines.add(line("migrations", findings.migrations(), migrations -> text(findings, migrations)));
    if (findings.endpoints().isEmpty()) {
      lines.add(LINE.formatted(none(), "HTTP", "no port that was tried answers"));
    }
    findings.endpoints().forEach(each -> lines.add(LINE.formatted(mark(each), "HTTP", text(each))));
    return lines;
  }

  /** What was chosen, and why. */
  List<String> chosen(Findings findings, Proposal proposal) {
    List<String> lines = new ArrayList<>();
    lines.add(chosen("service", proposal.name().value() + ": " + proposal.name().because()));
    lines.add(
        chosen(
            "health",
            proposal.health().isKnown()
                ? proposal.health().because()
                : proposal.health().url() + " to begin with: " + proposal.health().because()));
    lines.add(
        chosen(
            "platform",
            proposal.runner().value().map(runner -> runner.text() + ": ").orElse("none: ")
                + proposal.runner().because()));
    proposal.database().ifPresent(each -> lines.add(chosen("database", text(each))));
    proposal.migrations().ifPresent(each -> lines.add(chosen("migrations", text(each, proposal))));
    if (proposal.migrations().isEmpty() && findings.migrations().found().isPresent()) {
      lines.add(chosen("migrations", "left out: their database is none that Ripcord can use"));
    }
    return lines;
  }

  private static String text(Migrations migrations, Proposal proposal) {
    String whose =
        switch (migrations.tool()) {
          case NATIVE -> "run by Ripcord";
          case SQLX, GOLANG_MIGRATE -> "run by Ripcord as " + migrations.tool().text() + " would";
          case ALEMBIC, FLYWAY, LIQUIBASE ->
              "run by "
                  + migrations.tool().text()
                  + "; name what takes them back under migrations.down";
        };
    return proposal.database().isPresent()
        ? whose
        : whose + "; no database is known: set DATABASE_URL and take the # from its line";
  }

  private static String chosen(String what, String said) {
    return "  %-11s %s".formatted(what, said);
  }

  private <T> String line(String what, Look<T> look, Function<T, String> text) {
    return switch (look) {
      case Look.Found<T>(T value) -> LINE.formatted(paint.ok(), what, text.apply(value));
      case Look.Nothing<T>(String why) -> LINE.formatted(none(), what, why);
      case Look.Missed<T>(String why) -> LINE.formatted(paint.alert(), what, why);
    };
  }

  private String none() {
    return paint.plain("–");
  }

  private String mark(Endpoint endpoint) {
    return endpoint.wantsLogin().isPresent() ? paint.alert() : paint.ok();
  }

  private static String text(DatabaseIn database) {
    return switch (database) {
      case URL -> "DATABASE_URL (the file gets its name, not its value)";
      case PARTS -> "DB_HOST or POSTGRES_HOST and its like, which need no key";
    };
  }

  private static String text(Findings findings, Migrations migrations) {
    String dir = findings.folder().relativize(migrations.dir()).toString();
    return migrations.tool() == Tool.NATIVE ? dir : dir + ", of " + migrations.tool().text();
  }

  private static String text(Endpoint endpoint) {
    Stream<String> pages =
        Stream.of(
                endpoint.health(),
                endpoint.metrics().map(FindingsText::text),
                endpoint.wantsLogin().map(path -> path + " wants credentials (headers)"))
            .flatMap(each -> each.stream());
    String all = pages.collect(Collectors.joining(", "));
    return endpoint.place().base() + (all.isEmpty() ? " answers, with no page of use" : ": " + all);
  }

  private static String text(Page page) {
    return page.counter()
        .map(counter -> page.path() + " (" + counter + ")")
        .orElseGet(
            () ->
                page.path()
                    + " (no request counter that is known"
                    + (page.lookAlikes().isEmpty()
                        ? ")"
                        : "; name yours under series: " + page.lookAlikes() + ")"));
  }

  private static String names(List<String> names) {
    String shown = String.join(", ", names.subList(0, Math.min(NAMES_MAX, names.size())));
    int more = names.size() - NAMES_MAX;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }
}
