package dev.ripcord.silence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Alert.Kind;
import dev.ripcord.release.ServiceName;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SilencesTest {
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
  private static final Instant TWO = NOON.plus(Duration.ofHours(2));

  private static Silence silence(long id, String scope, @Nullable String kind, Instant until) {
    return new Silence(
        id,
        new SilenceScope(scope),
        Optional.ofNullable(kind).map(Silence::kind),
        "kim",
        "moves to the new rack",
        NOON,
        until,
        Optional.empty(),
        0);
  }

  private static Alert alert(String service, Kind kind) {
    return new Alert("k", kind, new ServiceName(service), "v1", "title", List.of(), NOON);
  }

  private static Silences one(String scope, @Nullable String kind) {
    return new Silences(List.of(silence(1, scope, kind, TWO)));
  }

  @ParameterizedTest(name = "{0} {1}: {2} {3}")
  @CsvSource({
    "shop,,shop,BREACH,true",
    "shop,,shop-api,BREACH,false",
    "shop,,pay,BREACH,false",
    "shop-*,,shop-api,BREACH,true",
    "shop-*,,shop,BREACH,false",
    "shop*,,shop,BREACH,true",
    "*,,pay,BREACH,true",
    "*,,pay,CONDEMNED,true",
    "*,,pay,ROLLBACK,true",
    "*,,pay,WAITING,true",
    "*,,pay,ASK,false",
    "*,,pay,FAILED,false",
    "*,,pay,UNHEALTHY,false",
    "*,,pay,MIGRATION_FAILED,false",
    "*,failed,pay,FAILED,true",
    "*,failed,pay,BREACH,false",
    "shop,breach,shop,BREACH,true",
    "shop,breach,shop,LIMIT,false",
    "shop,breach,pay,BREACH,false",
  })
  void matching_byServiceAndKind(
      String scope, @Nullable String only, String service, Kind kind, boolean silent) {
    assertThat(one(scope, only).matching(alert(service, kind), NOON).isPresent()).isEqualTo(silent);
  }

  /** It goes the way of what it takes back, which the journal knows. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void matching_goodNews_isNeverMatched(Kind kind) {
    if (!kind.fires()) {
      assertThat(one("*", null).matching(alert("shop", kind), NOON)).isEmpty();
    }
  }

  @Test
  void matching_isOverAtItsEnd_andNotBefore() {
    Alert breach = alert("shop", Kind.BREACH);

    assertThat(one("shop", null).matching(breach, TWO.minusNanos(1))).isPresent();
    assertThat(one("shop", null).matching(breach, TWO)).isEmpty();
  }

  @Test
  void matching_endedBySomebody_isOverThen() {
    Silence made = silence(1, "shop", null, TWO);
    Silence ended =
        new Silence(
            1,
            made.scope(),
            made.kind(),
            made.by(),
            made.reason(),
            made.since(),
            made.until(),
            Optional.of(new Silence.Ended(NOON.plusSeconds(60), "ann")),
            0);

    assertThat(ended.holds(NOON.plusSeconds(59))).isTrue();
    assertThat(ended.holds(NOON.plusSeconds(60))).isFalse();
    assertThat(ended.end()).isEqualTo(NOON.plusSeconds(60));
  }

  @Test
  void matching_ofSeveral_isTheOneThatEndsLast() {
    Silences both =
        new Silences(
            List.of(
                silence(1, "shop", null, TWO),
                silence(2, "*", null, TWO.plusSeconds(1)),
                silence(3, "pay", null, TWO.plusSeconds(9))));

    assertThat(both.matching(alert("shop", Kind.BREACH), NOON)).map(Silence::id).contains(2L);
    assertThat(both.of(new ServiceName("shop"), NOON))
        .extracting(Silence::id)
        .containsExactly(2L, 1L);
    assertThat(both.of(new ServiceName("shop"), TWO)).extracting(Silence::id).containsExactly(2L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-*", "shop-*-x", "**", "shop api", "*shop"})
  void scope_thatNamesNoServices_isRefused(String text) {
    assertThatThrownBy(() -> new SilenceScope(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\"")
        .hasMessageContaining("shop-*");
  }

  @Test
  void kind_unknownOrGood_isRefusedWithThoseThatThereAre() {
    for (String text : List.of("recovered", "braech")) {
      assertThatThrownBy(() -> Silence.kind(text))
          .hasMessageContaining("\"" + text + "\"")
          .hasMessageContaining("no-way-back, breach, limit");
    }
    Arrays.stream(Kind.values())
        .filter(Kind::fires)
        .forEach(kind -> assertThat(Silence.kind(kind.text())).isEqualTo(kind));
  }

  @Test
  void within_pastOrTooFar_isRefused() {
    assertThatThrownBy(() -> Silence.within(NOON, NOON)).hasMessageContaining(NOON.toString());
    assertThatThrownBy(() -> Silence.within(NOON, NOON.plus(Silence.LONGEST).plusNanos(1)))
        .hasMessageContaining("30d");
    assertThat(Silence.within(NOON, NOON.plus(Silence.LONGEST)))
        .isEqualTo(NOON.plus(Silence.LONGEST));
  }

  @Test
  void time_withoutAZone_isRefused() {
    assertThat(Silence.time("2026-12-01T10:00+01:00"))
        .isEqualTo(Instant.parse("2026-12-01T09:00:00Z"));
    assertThatThrownBy(() -> Silence.time("2026-12-01T10:00")).hasMessageContaining("zone");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "two\nlines", "\u202Ereason"})
  void reason_thatCannotBeShownInALine_isRefused(String text) {
    assertThatThrownBy(() -> Silence.reason(text)).hasMessageContaining("1 to 200");
  }

  @Test
  void line_saysUntilWhenByWhomAndWhy() {
    assertThat(silence(1, "shop", null, TWO).line(NOON, ZoneOffset.UTC))
        .isEqualTo("silenced until 14:00 UTC by kim: moves to the new rack");
    assertThat(
            silence(1, "shop", "breach", NOON.plus(Duration.ofDays(2)))
                .line(NOON, ZoneId.of("Europe/Berlin")))
        .isEqualTo("silenced until 2026-03-06 13:00 by kim, breach only: moves to the new rack");
  }
}
