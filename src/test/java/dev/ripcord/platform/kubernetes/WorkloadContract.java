package dev.ripcord.platform.kubernetes;

import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.platform.PlatformContract;
import dev.ripcord.platform.Platforms;
import dev.ripcord.port.Platform;
import dev.ripcord.release.ImageRef;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** What every platform does, on one kind of workload in a real control plane. */
abstract class WorkloadContract extends PlatformContract {
  final Kind kind;
  private Optional<TestCluster> made = Optional.empty();

  WorkloadContract(Kind kind) {
    this.kind = kind;
  }

  TestCluster cluster() {
    if (made.isEmpty()) {
      made = Optional.of(TestCluster.orSkip(vertx));
    }
    return made.orElseThrow();
  }

  @AfterEach
  void delete() {
    made.ifPresent(TestCluster::close);
  }

  @Override
  protected Platform platform(Platforms platforms) {
    running("2", new JsonObject(), new JsonObject());
    return platforms.of(RELEASE.service(), cluster().settings(kind));
  }

  /** Version 1 was there, and now another one is. */
  final void running(String version, JsonObject labels, JsonObject spec) {
    cluster().create(kind, TestCluster.workload(kind, "1", new JsonObject(), spec));
    cluster().deploy(kind, TestCluster.workload(kind, version, labels, spec));
    if (labels.isEmpty()) {
      cluster().awaitDone(kind);
    }
  }

  @Override
  protected ImageRef image(String version) {
    return new ImageRef("shop:" + version);
  }

  @Override
  protected ImageRef serves() {
    List<String> images = cluster().images();
    return new ImageRef(images.size() == 1 ? images.getFirst() : "several: " + images);
  }

  @Override
  protected int changes() {
    return cluster().workload(kind).getJsonObject("metadata").getInteger("generation");
  }

  @Override
  protected void breaks() {
    cluster()
        .change(
            kind,
            new JsonObject()
                .put(
                    "spec",
                    kind == Kind.DEPLOYMENT
                        ? new JsonObject().put("paused", true)
                        : new JsonObject()
                            .put(
                                "updateStrategy",
                                new JsonObject()
                                    .put("type", "OnDelete")
                                    .putNull("rollingUpdate"))));
  }
}
