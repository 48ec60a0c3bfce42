package dev.ripcord.cli.migrate.inspect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.migration.proof.Check;
import dev.ripcord.migration.proof.LockTaken;
import dev.ripcord.migration.proof.Proof;
import dev.ripcord.migration.proof.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * What was proved, as lines and as JSON.
 *
 * @param proofs in the order of the migrations
 */
record VerifyView(List<Proof> proofs) {
  private static final ObjectMapper JSON = new ObjectMapper();

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (proofs.isEmpty()) {
      lines.add("✔ nothing to verify");
    }
    for (Proof proof : proofs) {
      lines.add("%s %-34s %s".formatted(mark(proof.verdict()), proof.label(), describe(proof)));
      proof.lost().forEach(text -> lines.add("    · " + text));
      for (Check check : proof.checks()) {
        lines.add("    if " + check.text() + ": 0 rows by");
        lines.add(check.sql().indent(6).stripTrailing());
      }
      proof.unknown().forEach(text -> lines.add("    ? " + text));
      proof.locks().forEach(lock -> lines.add("    " + lock(lock)));
    }
    return lines;
  }

  private static String mark(Verdict verdict) {
    return switch (verdict) {
      case PROVEN -> "✔";
      case GUARDED, LOSSY -> "▲";
      case IMPOSSIBLE -> "✖";
    };
  }

  private static String describe(Proof proof) {
    return switch (proof.verdict()) {
      case PROVEN -> "proven: goes back with nothing lost";
      case GUARDED ->
          proof.checks().isEmpty()
              ? "guarded: goes back as far as could be tried"
              : "guarded: goes back with nothing lost if the checks below hold";
      case LOSSY -> "lossy: goes back, but not everything is as before";
      case IMPOSSIBLE -> "impossible: its down does not restore the schema from before";
    };
  }

  private static String lock(LockTaken lock) {
    return "%s locks %s: %s%s"
        .formatted(
            lock.direction(),
            lock.table(),
            lock.mode(),
            lock.rewritten() ? ", and writes it anew" : "");
  }

  ObjectNode json() {
    ObjectNode object = JSON.createObjectNode();
    ArrayNode migrations = object.putArray("migrations");
    proofs.forEach(proof -> migrations.add(json(proof)));
    return object;
  }

  private static ObjectNode json(Proof proof) {
    ObjectNode object = JSON.createObjectNode();
    object.put("version", proof.version().text()).put("name", proof.name());
    object.put("verdict", proof.verdict().text());
    ArrayNode lost = object.putArray("lost");
    proof.lost().forEach(lost::add);
    ArrayNode checks = object.putArray("checks");
    for (Check check : proof.checks()) {
      checks
          .addObject()
          .put("when", check.when().text())
          .put("text", check.text())
          .put("sql", check.sql());
    }
    ArrayNode unknown = object.putArray("unknown");
    proof.unknown().forEach(unknown::add);
    ArrayNode locks = object.putArray("locks");
    for (LockTaken lock : proof.locks()) {
      locks
          .addObject()
          .put("direction", lock.direction())
          .put("table", lock.table())
          .put("lock", lock.mode())
          .put("rewrite", lock.rewritten());
    }
    return object;
  }
}
