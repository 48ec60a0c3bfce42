package dev.ripcord.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.migration.proof.Check;
import dev.ripcord.migration.proof.LockTaken;
import dev.ripcord.migration.proof.RevertCost;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.Step;
import java.util.List;
import java.util.Locale;

/** What a rollback will do, or why it must not run, as JSON. */
public final class PlanJson {
  private PlanJson() {}

  /** The plan. Its steps are numbered from 1, as people count. */
  public static ObjectNode of(Plan plan) {
    ObjectNode json = Json.object();
    json.put("order", plan.order().text());
    json.put("why", plan.why());
    ArrayNode steps = json.putArray("steps");
    for (int i = 0; i < plan.steps().size(); i++) {
      steps.add(step(i, plan.steps().get(i)));
    }
    ArrayNode warnings = json.putArray("warnings");
    plan.warnings().forEach(warnings::add);
    ArrayNode kept = json.putArray("kept");
    plan.kept().forEach(kept::add);
    return json;
  }

  /** What came of planning for a release: the steps, or why there are none. */
  public static ObjectNode of(Release release, Planned planned) {
    ObjectNode json = Json.object();
    json.put("service", release.service().text()).put("release", release.name());
    Json.text(json, "image", release.image());
    Json.text(json, "previousImage", release.previousImage());
    switch (planned) {
      case Planned.Possible possible -> {
        json.put("possible", true).put("target", possible.target());
        json.setAll(of(possible.plan()));
      }
      case Planned.Impossible(var refusals, var downs) -> {
        json.put("possible", false).set("refusals", refusals(refusals));
        ArrayNode steps = json.putArray("steps");
        for (int i = 0; i < downs.size(); i++) {
          steps.add(step(i, downs.get(i)));
        }
      }
    }
    return json;
  }

  /** The same, with what is known of the downs beside each down. */
  public static ObjectNode of(Release release, Planned planned, List<RevertCost> ways) {
    ObjectNode json = of(release, planned);
    for (JsonNode step : json.path("steps")) {
      ways.stream()
          .filter(way -> way.version().text().equals(step.path("version").asText("")))
          .findFirst()
          .ifPresent(way -> known((ObjectNode) step, way));
    }
    return json;
  }

  private static void known(ObjectNode json, RevertCost way) {
    Json.text(json, "verdict", way.verdict().map(Verdict::text));
    ArrayNode lost = json.putArray("lost");
    way.lost().forEach(lost::add);
    ArrayNode checks = json.putArray("checks");
    for (Check check : way.checks()) {
      Long rows = way.against().get(check.sql());
      ObjectNode one = checks.addObject().put("text", check.text());
      one.put("against", rows == null || rows < 0 ? null : rows);
    }
    ArrayNode locks = json.putArray("locks");
    for (LockTaken lock : way.locks()) {
      locks
          .addObject()
          .put("table", lock.table())
          .put("lock", lock.mode())
          .put("rewrite", lock.rewritten())
          .put("bytes", way.bytes().get(lock.table()));
    }
  }

  /** The reasons against it. */
  public static ArrayNode refusals(List<Refusal> refusals) {
    ArrayNode array = Json.array();
    for (Refusal refusal : refusals) {
      array
          .addObject()
          .put("code", refusal.code())
          .put("text", refusal.text())
          .put("next", refusal.next());
    }
    return array;
  }

  private static ObjectNode step(int index, Step step) {
    ObjectNode json = Json.object().put("step", index + 1).put("name", step.name());
    switch (step) {
      case Step.Stop stop -> {}
      case Step.Backup backup ->
          json.put("file", backup.file()).put("of", backup.of().name().toLowerCase(Locale.ROOT));
      case Step.SwitchImage(var from, var to, var _) -> {
        Json.text(json, "from", from);
        json.put("to", to.text());
      }
      case Step.Drain drain -> {}
      case Step.Approval(var within, var otherwiseRuns, var _) -> {
        Json.seconds(json, "within", within);
        json.put("otherwise", otherwiseRuns ? "run" : "defer");
      }
      case Step.Down(var version, var label, var checksum, var _) ->
          json.put("version", version.text()).put("migration", label).put("checksum", checksum);
      case Step.Verify verify -> json.put("polls", verify.polls());
    }
    Json.seconds(json, "budget", step.budget());
    return json;
  }
}
