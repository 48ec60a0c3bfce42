package dev.ripcord.cli.init;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.init.Findings.ComposeService;
import dev.ripcord.cli.init.Findings.Container;
import dev.ripcord.cli.init.Findings.Endpoint;
import dev.ripcord.cli.init.Findings.Migrations;
import dev.ripcord.cli.init.Findings.Page;
import dev.ripcord.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was found, chosen and written, for programs. Nothing in it is a secret. Pure. */
final class InitJson {
  private static final String BECAUSE = "because";
  private static final String MIGRATIONS = "migrations";
  private static final String DATABASE = "database";

  private InitJson() {}

  /** Every key was written, and nothing looked for. */
  static ObjectNode reference(Path file) {
    ObjectNode json = Json.object();
    json.put("file", file.toString());
    return json.putNull("found").putNull("notFound").putNull("chosen").putNull("others");
  }

  /**
   * A file that fits was written.
   *
   * @param others the services that were found and are not in it
   */
  static ObjectNode of(Path file, Findings findings, Proposal proposal, List<String> others) {
    ObjectNode json = Json.object();
    json.put("file", file.toString());
    json.set("found", found(findings));
    json.set("notFound", notFound(findings));
    json.set("chosen", chosen(findings, proposal));
    json.set("others", names(others));
    return json;
  }

  private static ObjectNode found(Findings findings) {
    ObjectNode json = Json.object();
    put(json, "compose", findings.compose().found().map(InitJson::compose));
    put(
        json,
        "containers",
        findings
            .containers()
            .found()
            .map(all -> names(all.stream().map(Container::name).toList())));
    put(json, "kubernetes", findings.cluster().found().map(InitJson::cluster));
    json.put(DATABASE, findings.database().found().map(InitJson::variable).orElse(null));
    put(json, MIGRATIONS, findings.migrations().found().map(it -> migrations(findings, it)));
    ArrayNode endpoints = Json.array();
    findings.endpoints().forEach(each -> endpoints.add(endpoint(each)));
    json.set("endpoints", endpoints);
    return json;
  }

  private static void put(ObjectNode to, String name, Optional<? extends JsonNode> value) {
    if (value.isPresent()) {
      to.set(name, value.get());
    } else {
      to.putNull(name);
    }
  }

  private static ArrayNode names(List<String> names) {
    ArrayNode array = Json.array();
    names.forEach(array::add);
    return array;
  }

  private static ObjectNode compose(Findings.ComposeFile file) {
    ObjectNode json = Json.object();
    json.put("file", String.valueOf(file.file().getFileName()));
    json.set("services", names(file.services().stream().map(ComposeService::name).toList()));
    return json;
  }

  private static ObjectNode cluster(Findings.Cluster cluster) {
    ObjectNode json = Json.object();
    json.put("context", cluster.context()).put("namespace", cluster.namespace());
    json.set("deployments", names(cluster.deployments()));
    return json;
  }

  private static String variable(Findings.DatabaseIn database) {
    return switch (database) {
      case URL -> "DATABASE_URL";
      case PARTS -> "DB_HOST";
    };
  }

  private static ObjectNode migrations(Findings findings, Migrations migrations) {
    return Json.object()
        .put("dir", findings.folder().relativize(migrations.dir()).toString())
        .put("tool", migrations.tool().text());
  }

  private static ObjectNode endpoint(Endpoint endpoint) {
    ObjectNode json = Json.object();
    json.put("url", endpoint.place().base());
    json.put("health", endpoint.health().orElse(null));
    json.put("metrics", endpoint.metrics().map(Page::path).orElse(null));
    json.put("requests", endpoint.metrics().flatMap(Page::counter).orElse(null));
    return json.put("wantsCredentials", endpoint.wantsLogin().orElse(null));
  }

  /** Why each thing is not there; {@code looked} is false where it could not be looked at. */
  private static ArrayNode notFound(Findings findings) {
    ArrayNode array = Json.array();
    List.<Map.Entry<String, Look<?>>>of(
            Map.entry("compose", findings.compose()),
            Map.entry("containers", findings.containers()),
            Map.entry("kubernetes", findings.cluster()),
            Map.entry(DATABASE, findings.database()),
            Map.entry(MIGRATIONS, findings.migrations()))
        .forEach(
            each -> {
              switch (each.getValue()) {
                case Look.Found<?> _ -> {}
                case Look.Nothing<?>(String why) -> array.add(missing(each.getKey(), true, why));
                case Look.Missed<?>(String why) -> array.add(missing(each.getKey(), false, why));
              }
            });
    if (findings.endpoints().isEmpty()) {
      array.add(missing("endpoints", true, "no port that was tried answers"));
    }
    return array;
  }

  private static ObjectNode missing(String what, boolean looked, String why) {
    return Json.object().put("what", what).put("looked", looked).put("text", why);
  }

  private static ObjectNode chosen(Findings findings, Proposal proposal) {
    ObjectNode json = Json.object();
    json.set(
        "service",
        Json.object().put("name", proposal.name().value()).put(BECAUSE, proposal.name().because()));
    json.set(
        "health",
        Json.object()
            .put("url", proposal.health().url())
            .put("metrics", proposal.health().metrics().orElse(null))
            .put("answers", proposal.health().isKnown())
            .put(BECAUSE, proposal.health().because()));
    json.set(
        "platform",
        Json.object()
            .put("text", proposal.runner().value().map(Runner::text).orElse(null))
            .put(BECAUSE, proposal.runner().because()));
    json.put(DATABASE, proposal.database().map(InitJson::variable).orElse(null));
    put(json, MIGRATIONS, proposal.migrations().map(it -> migrations(findings, it)));
    return json;
  }
}
