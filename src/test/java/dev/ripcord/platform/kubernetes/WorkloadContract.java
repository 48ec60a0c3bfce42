package dev.ripcord.platform.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.health.Sample;
import dev.ripcord.platform.PlatformContract;
import dev.ripcord.platform.Platforms;
import dev.ripcord.port.Platform;
import dev.ripcord.probe.HealthProbe;
import dev.ripcord.probe.Services;
import dev.ripcord.release.ImageRef;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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

  @Test
  final void podsOfTheWorkload_areRead_whereTheClusterHasNoMetrics() {
    running("2", new JsonObject(), new JsonObject());
    Services services = new Services();
    HealthProbe probe =
        services.probe(
            SourceSettings.of(
                    Optional.of(URI.create("http://127.0.0.1:1/")),
                    Optional.empty(),
                    Map.of(),
                    Optional.empty())
                .withPodsOf(cluster().settings(kind)),
            Duration.ofSeconds(10));
    Sample sample = services.poll(probe, Duration.ZERO);
    services.close();

    assertThat(probe.evidence().getLast())
        .contains("app=shop (selector of " + kind.text() + " shop): ")
        .containsPattern("([1-9]) of \\1 pods ready");
    assertThat(sample.cpu()).isEmpty();
    assertThat(sample.reasons().getLast().text()).contains("has no metrics API");
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
