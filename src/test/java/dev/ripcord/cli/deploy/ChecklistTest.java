package dev.ripcord.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.deploy.Checklist.Item;
import dev.ripcord.cli.deploy.Checklist.Tick;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The checklist says what was done, by what that is known, and what was not reached. */
final class ChecklistTest {
  private static final Ansi PLAIN = new Ansi(false, true);

  private final Checklist checklist = new Checklist();

  @Test
  void nothingDone_everyItemIsNo_andNotReached() {
    List<String> lines = checklist.lines(PLAIN);

    assertThat(lines).hasSize(1 + Item.values().length);
    assertThat(lines.subList(1, lines.size())).allMatch(line -> line.endsWith("not reached"));
    assertThat(lines.get(1)).contains("before").contains("migration scripts tested: no");
  }

  @Test
  void phase_standsOnceOnly() {
    assertThat(checklist.lines(PLAIN).stream().filter(line -> line.contains("during "))).hasSize(1);
  }

  @Test
  void done_hasItsEvidence_open_itsReason() {
    checklist.add(new Tick(Item.BACKUP, true, "shop-v42.dump"));
    checklist.add(new Tick(Item.HEALTH, false, "inconclusive"));

    assertThat(String.join("\n", checklist.lines(PLAIN)))
        .containsPattern("ok backup taken +shop-v42\\.dump")
        .containsPattern("health confirmed: no +inconclusive");
  }

  @Test
  void laterWord_replacesTheEarlierOne() {
    checklist.add(new Tick(Item.CODE, false, "the platform did not answer"));
    checklist.add(new Tick(Item.CODE, true, "image shop:3 runs"));

    assertThat(String.join("\n", checklist.lines(PLAIN))).doesNotContain("did not answer");
  }

  @Test
  void json_hasEachItemInOrder() {
    checklist.add(new Tick(Item.STAGE_1, true, "2 migrations applied"));

    JsonNode json = checklist.json();

    assertThat(json.get("event").asText()).isEqualTo("checklist");
    List<JsonNode> items = StreamSupport.stream(json.get("items").spliterator(), false).toList();
    assertThat(items)
        .extracting(item -> item.get("item").asText())
        .containsExactly(
            "scripts",
            "rollback",
            "backup",
            "environment",
            "stage-1",
            "code",
            "health",
            "stage-2",
            "watch");
    assertThat(items.get(4).get("done").asBoolean()).isTrue();
    assertThat(items.get(4).get("text").asText()).isEqualTo("2 migrations applied");
    assertThat(items.get(5).get("done").asBoolean()).isFalse();
  }
}
