package dev.ripcord.engine.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Baseline;
import dev.ripcord.health.Bound;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Rules;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.DatabaseAway;
import dev.ripcord.rollback.Order;
import dev.ripcord.rollback.Policy;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchSpec.Approval;
import dev.ripcord.watch.WatchSpec.Otherwise;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServicePolicyTest {
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
  private static final Policy POLICY =
      new Policy(
          Order.AUTO, false, Policy.Backup.AUTO, Policy.Scope.BOTH, Duration.ofMinutes(5), 2);
  private static final Optional<Approval> TEN =
      Optional.of(new Approval(Duration.ofMinutes(10), Otherwise.NOTHING));

  private static ServicePolicy policy(Rules rules, int interval, int warmUp, int bake) {
    return policy(rules, interval, warmUp, bake, Optional.empty());
  }

  private static ServicePolicy policy(
      Rules rules, int interval, int warmUp, int bake, Optional<Approval> approval) {
    return new ServicePolicy(
        rules,
        Duration.ofSeconds(interval),
        Optional.empty(),
        Duration.ofSeconds(warmUp),
        Duration.ofSeconds(bake),
        approval,
        POLICY,
        DatabaseAway.WAIT,
        false,
        Path.of("backups"));
  }

  @Test
  void traceOfThePipeline_staysWithItsWatch() {
    WatchSpec plain = charter(900);
    WatchSpec traced =
        new WatchSpec(
            plain.release(),
            plain.rules(),
            plain.startedAt(),
            plain.warmUp(),
            plain.bake(),
            plain.interval(),
            plain.alertOnly(),
            plain.before(),
            plain.approval(),
            Optional.of("00-a-b-01"));

    WatchSpec after =
        policy(Rules.DEFAULT, 30, 5, 900).over(traced, policy(Rules.DEFAULT, 5, 5, 900));

    assertThat(after.traceParent()).contains("00-a-b-01");
  }

  private static WatchSpec charter(int bake) {
    return new WatchSpec(
        new Release(new ServiceName("shop"), "v2", Optional.empty(), Optional.empty()),
        Rules.DEFAULT,
        NOON,
        Duration.ofSeconds(5),
        Duration.ofSeconds(bake),
        Duration.ofSeconds(30),
        Optional.of("nothing is configured that could put an image back"),
        Optional.of(Baseline.of(new Counts(1_000, 20))));
  }

  /** Before: 30 s, 5 s, 900 s. */
  @ParameterizedTest
  @CsvSource({
    "900, 30,  5,  900, 30,  5,  900",
    "900, 10,  5,  900, 10,  5,  900",
    "900, 30, 60,  900, 30, 60,  900",
    "900, 30,  5, 1800, 30,  5, 1800",
    "300, 30,  5, 1800, 30,  5,  300",
  })
  void times_areThoseOfTheNewPolicy_butABakeTimeThatWasAnnounced(
      int announced, int interval, int warmUp, int bake, int polled, int from, int baked) {
    WatchSpec after =
        policy(Rules.DEFAULT, interval, warmUp, bake)
            .over(charter(announced), policy(Rules.DEFAULT, 30, 5, 900));

    assertThat(after.interval()).hasSeconds(polled);
    assertThat(after.warmUp()).hasSeconds(from);
    assertThat(after.bake()).hasSeconds(baked);
    assertThat(after.startedAt()).isEqualTo(NOON);
    assertThat(after.alertOnly()).isEqualTo(charter(900).alertOnly());
  }

  @Test
  void rules_followFromWhatWasMeasuredBeforeTheRelease() {
    Rules usual = Rules.DEFAULT;
    Rules relative =
        new Rules(
            usual.threshold(),
            usual.breaches(),
            usual.minimumRequests(),
            usual.normal(),
            usual.act(),
            usual.limits(),
            Optional.of(new Bound(1, 0.03)),
            usual.slowerThan(),
            usual.wholeWatch(),
            usual.clear(),
            usual.objective());

    WatchSpec after = policy(relative, 30, 5, 900).over(charter(900), policy(usual, 30, 5, 900));

    assertThat(after.rules().threshold()).isEqualTo(Ratio.parse("5%"));
    assertThat(after.rules()).isEqualTo(relative.against(charter(900).before()));
  }

  @Test
  void rulesThatAreTheSame_stayAsTheWatchHasThem() {
    Rules own =
        new Rules(
            Ratio.parse("1%"),
            Rules.DEFAULT.breaches(),
            20,
            Rules.DEFAULT.normal(),
            Rules.DEFAULT.act(),
            Rules.DEFAULT.limits());
    WatchSpec charter = charter(900);
    WatchSpec set =
        new WatchSpec(
            charter.release(),
            own,
            NOON,
            charter.warmUp(),
            charter.bake(),
            charter.interval(),
            charter.alertOnly(),
            charter.before());

    WatchSpec after =
        policy(Rules.DEFAULT, 30, 5, 900, TEN).over(set, policy(Rules.DEFAULT, 30, 5, 900));

    assertThat(after.rules()).isEqualTo(own);
    assertThat(after.approval()).isEqualTo(TEN);
  }
}
