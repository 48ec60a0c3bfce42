package dev.ripcord.platform.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.Permits;
import dev.ripcord.Waiting;
import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.port.Platform;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StatefulSetTest extends WorkloadContract {
  StatefulSetTest() {
    super(Kind.STATEFULSET);
  }

  /** Kubernetes alone would wait for the broken pod for ever. */
  @Test
  void podThatNeverBecomesReady_doesNotHoldTheRollbackUp() {
    running("2", new JsonObject().put("ready", "never"), new JsonObject());
    assertThat(Waiting.until(20, () -> cluster().images().contains("shop:2"))).isTrue();
    Platform platform = platforms().of(RELEASE.service(), cluster().settings(kind));

    assertThat(get(platform.switchTo(RELEASE, image("1"), Permits.granted())))
        .isEqualTo("StatefulSet shop runs shop:1, as in revision 1");

    assertThat(cluster().images()).isEqualTo(List.of("shop:1"));
  }

  @Test
  void stop_endsAllPods_andAStartBringsAsManyBack() {
    Platform platform = platform(platforms());

    get(platform.stop(RELEASE, Permits.granted()));
    assertThat(cluster().pods()).isEmpty();
    get(platform.start(RELEASE, image("2"), Permits.granted()));

    assertThat(cluster().pods()).hasSize(2);
  }
}
