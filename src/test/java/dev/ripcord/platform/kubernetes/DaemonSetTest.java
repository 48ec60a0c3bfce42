package dev.ripcord.platform.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import org.junit.jupiter.api.Test;

final class DaemonSetTest extends WorkloadContract {
  DaemonSetTest() {
    super(Kind.DAEMONSET);
  }

  @Test
  void switchBack_putsTheWholeTemplateBack() {
    Platform platform = platform(platforms());

    assertThat(get(platform.switchTo(RELEASE, image("1"), Permits.granted())))
        .isEqualTo("DaemonSet shop runs shop:1, as in revision 1");

    assertThat(cluster().template(kind).encode()).contains("\"value\":\"1\"");
  }

  @Test
  void updatedByHand_isRefused_beforeAnythingIsDone() {
    Platform platform = platform(platforms());
    breaks();

    assertThat(get(platform.sideEffects()).blockers())
        .containsExactly(
            "DaemonSet shop would not change: its update strategy is OnDelete: pods are replaced by"
                + " hand");
    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, image("1"), Permits.granted())))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("OnDelete");
  }
}
