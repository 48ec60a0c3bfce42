package dev.ripcord.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.port.Alert.Kind;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AlertTest {
  private static Alert alert(String key, Kind kind, String release) {
    return new Alert(
        key, kind, new ServiceName("shop"), release, "title", List.of(), Instant.EPOCH);
  }

  @Test
  void key_tellsTheWatch() {
    assertThat(alert("watch-17/breach/2", Kind.BREACH, "v1").watch())
        .isEqualTo(OptionalLong.of(17));
    assertThat(alert("service-shop/limit/1", Kind.LIMIT, "").watch()).isEmpty();
    assertThat(alert("watch-17", Kind.BREACH, "v1").watch()).isEmpty();
  }

  @Test
  void sameOfAnotherRelease_hasAKeyOfItsOwn() {
    Alert alert = alert("watch-17/rolled-back", Kind.ROLLED_BACK, "v1");

    assertThat(alert.of("v1")).isSameAs(alert);
    assertThat(alert.of("v0").key()).isEqualTo("watch-17/rolled-back/of/v0");
    assertThat(alert.of("v0").release()).isEqualTo("v0");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void noKind_endsItself(Kind kind) {
    assertThat(alert("k", kind, "v1").ends()).doesNotContain(kind);
  }

  /** What fires and is never taken back would fire for ever. */
  @Test
  void everyKindThatFires_isTakenBackBySomething() {
    Set<Kind> ended = new TreeSet<>();
    for (Kind kind : Kind.values()) {
      ended.addAll(alert("k", kind, "").ends());
    }
    assertThat(ended).containsExactlyInAnyOrderElementsOf(Kind.firing());
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void endOfAWatch_takesBackWhatHoldsOnlyWhileItIsUnderWay(Outcome outcome) {
    assertThat(Alert.endedBy(outcome))
        .contains(Kind.BREACH, Kind.BLIND, Kind.ASK, Kind.NO_WAY_BACK)
        .doesNotContain(Kind.BUDGET);
    if (outcome != Outcome.HEALTHY) {
      assertThat(Alert.endedBy(outcome)).doesNotContain(Kind.FAILED, Kind.UNHEALTHY);
    }
  }
}
