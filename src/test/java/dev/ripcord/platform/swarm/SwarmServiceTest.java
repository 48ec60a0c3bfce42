package dev.ripcord.platform.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.platform.swarm.SwarmService.Rollout;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SwarmServiceTest {
  private static JsonObject spec(String image, String mode) {
    return new JsonObject()
        .put("Labels", new JsonObject().put("team", "a"))
        .put("Mode", new JsonObject(mode))
        .put(
            "TaskTemplate",
            new JsonObject().put("ContainerSpec", new JsonObject().put("Image", image)));
  }

  private static SwarmService service(String image, String mode, String state) {
    JsonObject service =
        new JsonObject()
            .put("ID", "x")
            .put("Spec", spec(image, mode))
            .put("Version", new JsonObject().put("Index", 7));
    if (!state.isEmpty()) {
      service.put("UpdateStatus", new JsonObject().put("State", state).put("Message", "why"));
    }
    return new SwarmService(service);
  }

  /** Tasks as {@code image/desired/state}. */
  private static JsonArray tasks(String text) {
    JsonArray tasks = new JsonArray();
    for (String task : text.split(" ", -1)) {
      String[] parts = task.split("/", -1);
      if (parts.length == 3) {
        JsonObject status = new JsonObject().put("State", parts[2]).put("Timestamp", "1");
        if (parts[2].equals("failed")) {
          status.put("Err", "exit 4");
        }
        tasks.add(
            new JsonObject()
                .put("ID", "task-" + tasks.size())
                .put("DesiredState", parts[1])
                .put("Status", status)
                .put(
                    "Spec",
                    new JsonObject()
                        .put("ContainerSpec", new JsonObject().put("Image", parts[0]))));
      }
    }
    return tasks;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "s:1 | 2 | completed | s:1/running/running s:1/running/running s:2/shutdown/shutdown |"
            + " done",
        "s:1@sha256:a | 1 | | s:1@sha256:a/running/running | done",
        "s:1 | 2 | updating | s:1/running/running s:1/running/running | 2 of 2 tasks run s:1",
        "s:1 | 2 | completed | s:1/running/running | 1 of 2 tasks run s:1",
        "s:1 | 1 | completed | s:1/running/running s:2/running/running | 1 of 1 tasks run s:1",
        "s:1 | 1 | | s:1/running/starting s:1/shutdown/failed | 0 of 1 tasks run s:1 (a task: exit"
            + " 4)",
        "s:1 | 1 | paused | s:1/shutdown/failed | failed: Swarm paused the update: why (a task:"
            + " exit 4)",
        "s:2 | 1 | rollback_completed | s:2/running/running | failed: Swarm went back to s:2 by"
            + " itself: why",
        "s:1 | 0 | | | done",
      })
  void rollout_isJudgedByTasks(String image, int replicas, String state, String tasks, String how) {
    SwarmService service =
        service(
            image, "{\"Replicated\":{\"Replicas\":" + replicas + "}}", state == null ? "" : state);

    assertThat(
            switch (service.rollout(
                ImageIdentity.of(new ImageRef("s:1")), tasks(tasks == null ? "" : tasks))) {
              case Rollout.Done done -> "done";
              case Rollout.Waiting waiting -> waiting.how();
              case Rollout.Failed failed -> "failed: " + failed.why();
            })
        .isEqualTo(how);
  }

  @Test
  void nameAlone_isNotTheDigestThatIsWanted() {
    SwarmService named = service("s:1", "{\"Replicated\":{\"Replicas\":1}}", "completed");

    assertThat(
            named.rollout(
                ImageIdentity.of(new ImageRef("s:1@sha256:a")), tasks("s:1/running/running")))
        .isInstanceOf(Rollout.Failed.class);
  }

  @Test
  void imageThatIsNeitherTheOneBeforeNorTheWanted_isSomebodyElses() {
    ImageIdentity before = ImageIdentity.of(new ImageRef("s:2@sha256:b"));
    ImageIdentity wanted = ImageIdentity.of(new ImageRef("s:1@sha256:a"));
    String mode = "{\"Replicated\":{\"Replicas\":1}}";

    assertThat(service("s:3@sha256:c", mode, "").isTaken(before, wanted)).isTrue();
    assertThat(service("s:2@sha256:c", mode, "").isTaken(before, wanted)).isTrue();
    assertThat(service("s:2@sha256:b", mode, "").isTaken(before, wanted)).isFalse();
    assertThat(service("s:1@sha256:a", mode, "").isTaken(before, wanted)).isFalse();
  }

  @Test
  void globalService_needsAllItsTasks() {
    SwarmService global = service("s:1", "{\"Global\":{}}", "completed");

    assertThat(global.isReplicated()).isFalse();
    assertThat(
            global.rollout(
                ImageIdentity.of(new ImageRef("s:1")),
                tasks("s:1/running/running s:1/running/starting")))
        .isInstanceOf(Rollout.Waiting.class);
    assertThat(global.rollout(ImageIdentity.of(new ImageRef("s:1")), tasks("")))
        .isInstanceOf(Rollout.Waiting.class);
  }

  @Test
  void stopped_remembersItsReplicas_untilItHasAnImageAgain() {
    SwarmService running = service("s:2", "{\"Replicated\":{\"Replicas\":3}}", "");
    SwarmService stopped = new SwarmService(new JsonObject().put("Spec", running.stopped()));

    assertThat(stopped.stoppedReplicas()).contains(3L);
    assertThat(stopped.spec().encode()).contains("\"Replicas\":0");
    assertThat(stopped.with(new ImageRef("s:1")))
        .isEqualTo(spec("s:1", "{\"Replicated\":{\"Replicas\":3}}"));
  }
}
