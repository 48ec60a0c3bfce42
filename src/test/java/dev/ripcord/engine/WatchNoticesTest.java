package dev.ripcord.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.engine.rollback.AlertTexts;
import dev.ripcord.health.Baseline;
import dev.ripcord.health.Breaches;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Rules;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Alert;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.Order;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.Condemnation;
import dev.ripcord.watch.Effect.Notice;
import dev.ripcord.watch.Effect.Notify;
import dev.ripcord.watch.RollbackCause;
import dev.ripcord.watch.Watch;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState;
import dev.ripcord.watch.WatchStats;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WatchNoticesTest {
  private static final RollbackCause CONDEMNED =
      new Condemnation("3 breaches", true, "5% or more", "7.1%");
  private static final Instant NOW = Examples.AT;
  private static final ReadinessState CAN = new ReadinessState.Possible();
  private static final ReadinessState CANNOT =
      new ReadinessState.Impossible("the image shop:41 is not on this machine");
  private static final ReadinessState UNKNOWN = new ReadinessState.Unknown();

  private static WatchSpec charter(
      Escalation act, Breaches breaches, String alertOnly, String previous) {
    return new WatchSpec(
        new Release(
            Examples.SHOP,
            "v42",
            Optional.of(new ImageRef("shop:42")),
            Optional.of(previous).filter(p -> !p.isEmpty()).map(ImageRef::new)),
        new Rules(Ratio.parse("5%"), breaches, 20, Ratio.parse("1%"), act, Map.of()),
        NOW,
        Duration.ZERO,
        Duration.ofMinutes(15),
        Duration.ofSeconds(30),
        Optional.of(alertOnly).filter(a -> !a.isEmpty()),
        Optional.of(Baseline.of(new Counts(3887, 34))));
  }

  private static WatchSpec charter(Escalation act) {
    return charter(act, new Breaches(3, 3), "", "shop:41");
  }

  /** After one breach. */
  private static WatchStats breached(WatchSpec charter) {
    return new Watch(charter)
        .on(Watch.start(), new WatchEvent.Sampled(Examples.sample(1000, 71)), NOW)
        .next()
        .tally();
  }

  private static Alert alert(
      WatchSpec charter, WatchState next, ReadinessState prospect, Notice notice) {
    return new WatchNotices(charter, 17, next, prospect).of(new Notify(notice, "said"), NOW);
  }

  private static String last(WatchSpec charter, ReadinessState prospect, Notice notice) {
    WatchState next = new WatchState.Watching(breached(charter));
    return alert(charter, next, prospect, notice).lines().getLast();
  }

  private static ReadinessState prospect(String word) {
    return switch (word) {
      case "can" -> CAN;
      case "cannot" -> CANNOT;
      default -> UNKNOWN;
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ROLLBACK| can    | At 3 breaches it is rolled back. To stop that: ripcord abort shop",
        "ROLLBACK| cannot | As things stand it cannot be rolled back: the image shop:41 is not on"
            + " this machine. At 3 breaches that is looked at once more. All reasons: ripcord plan"
            + " shop",
        "ROLLBACK| unknown| At 3 breaches it is rolled back if it can be, which is not known yet:"
            + " ripcord plan shop. To stop that: ripcord abort shop",
        "ASK     | can    | At 3 breaches a person is asked. To end the watch: ripcord abort shop",
        "ASK     | cannot | At 3 breaches a person is asked. To end the watch: ripcord abort shop",
        "ALERT   | can    | It will not be rolled back: the rule only alerts.",
        "ALERT   | unknown| It will not be rolled back: the rule only alerts.",
      })
  void e17_breach_saysWhatTheThirdOneDoesAsThingsStand(
      Escalation act, String prospect, String text) {
    assertThat(last(charter(act), prospect(prospect), Notice.BREACH)).isEqualTo(text);
  }

  @Test
  void e17_breachByAnotherCount_saysThatCount() {
    WatchSpec three = charter(Escalation.ROLLBACK, new Breaches(3, 5), "", "shop:41");
    assertThat(last(three, CAN, Notice.BREACH)).startsWith("At 3 of 5 breaches it is rolled back.");

    WatchSpec one = charter(Escalation.ROLLBACK, new Breaches(1, 1), "", "shop:41");
    assertThat(last(one, CAN, Notice.BREACH))
        .isEqualTo("That condemns it. What is done about it: ripcord status shop");
  }

  @ParameterizedTest
  @EnumSource(Escalation.class)
  void e17_breachUnderAWatchThatOnlyAlerts_saysWhyNothingIsRolledBack(Escalation act) {
    WatchSpec dry = charter(act, new Breaches(3, 3), "--dry-run was given", "shop:41");
    for (ReadinessState prospect : List.of(CAN, CANNOT, UNKNOWN)) {
      assertThat(last(dry, prospect, Notice.BREACH))
          .isEqualTo("It will not be rolled back: --dry-run was given.");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "can    | To roll back: ripcord approve shop. To end the watch: ripcord abort shop",
        "cannot | As things stand it cannot be rolled back: the image shop:41 is not on this"
            + " machine. Once that is fixed: ripcord approve shop. To end the watch: ripcord"
            + " abort shop",
        "unknown| To roll back: ripcord approve shop. Whether it can be is not known yet: ripcord"
            + " plan shop. To end the watch: ripcord abort shop",
      })
  void e17_question_saysWhetherTheAnswerYesWouldDo(String prospect, String text) {
    assertThat(last(charter(Escalation.ASK), prospect(prospect), Notice.ASK)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "can    | shop:41 | To roll back by hand: ripcord rollback shop",
        "unknown| shop:41 | To roll back by hand: ripcord rollback shop",
        "unknown| ''      | To roll back by hand: ripcord rollback shop --previous-image IMAGE",
        "cannot | shop:41 | As things stand it cannot be rolled back by hand either: the image"
            + " shop:41 is not on this machine. All reasons: ripcord plan shop",
      })
  void e17_condemnedWithoutActing_namesACommandThatCouldWork(
      String prospect, String previous, String text) {
    WatchSpec charter = charter(Escalation.ALERT, new Breaches(3, 3), "", previous);
    assertThat(last(charter, prospect(prospect), Notice.CONDEMNED)).isEqualTo(text);
  }

  @Test
  void e17_recoveredAndSeesAgain_sayWhetherAnythingIsLeftToDo() {
    WatchSpec charter = charter(Escalation.ASK);
    WatchStats tally = breached(charter);
    WatchState asking = new WatchState.Asking(tally, Measure.CPU, NOW.plusSeconds(60));

    assertThat(last(charter, CAN, Notice.RECOVERED)).isEqualTo("You need to do nothing.");
    assertThat(alert(charter, asking, CAN, Notice.RECOVERED).lines().getLast())
        .isEqualTo("A rollback still waits for an approval, for another rule: ripcord status shop");
    assertThat(last(charter, CAN, Notice.SEES_AGAIN))
        .isEqualTo("Its polls are judged again; the last one: breach.");
  }

  /** Nothing is promised in any state that the state does not keep. */
  @Test
  void e17_everyNoticeInEveryState_promisesARollbackOnlyWhereOneCanCome() {
    List<String> promising = new ArrayList<>();
    for (Notice notice : Notice.values()) {
      for (Escalation act : Escalation.values()) {
        for (ReadinessState prospect : List.of(CAN, CANNOT, UNKNOWN)) {
          for (String alertOnly : List.of("", "--dry-run was given")) {
            WatchSpec charter = charter(act, new Breaches(3, 3), alertOnly, "shop:41");
            Alert alert =
                alert(charter, new WatchState.Watching(breached(charter)), prospect, notice);
            assertThat(alert.lines()).hasSize(3);
            assertThat(alert.lines().get(1)).isEqualTo("Before the release 0.8% (34 of 3887).");
            assertThat(alert.title() + alert.lines()).doesNotContain("null").doesNotContain("..");
            if (alert.lines().getLast().matches("At 3 breaches it is rolled back\\. .*")) {
              promising.add(notice + " " + act + " " + prospect + " " + alertOnly);
            }
          }
        }
      }
    }
    assertThat(promising).containsExactly("BREACH ROLLBACK Possible[] ");
  }

  @Test
  void e17_standingWatch_saysThatNothingIsRolledBackOnlyOfWhatIsBad() {
    for (Notice notice : Notice.values()) {
      Alert alert =
          WatchNotices.standing(
              Examples.SHOP, new Notify(notice, "said"), Watch.start().tally(), NOW);
      boolean good = notice == Notice.RECOVERED || notice == Notice.SEES_AGAIN;
      assertThat(alert.lines().getLast().contains("nothing is rolled back")).isEqualTo(!good);
    }
  }

  private static Plan plan(List<Step> downs, List<String> kept, String keptWhy) {
    List<Step> steps = new ArrayList<>();
    steps.add(
        new Step.SwitchImage(
            Optional.of(new ImageRef("shop:42")), new ImageRef("shop:41"), Duration.ofMinutes(10)));
    steps.addAll(downs);
    return new Plan(
        charter(Escalation.ROLLBACK).release(),
        Order.IMAGE_FIRST,
        steps,
        "Why this order.",
        List.of(),
        kept,
        keptWhy);
  }

  private static String doing(List<Step> downs, List<String> kept, String keptWhy) {
    return AlertTexts.rollback(plan(downs, kept, keptWhy), 17, CONDEMNED, NOW).lines().get(1);
  }

  @Test
  void e17_rollback_saysWhatGoesBackAndWhatStaysAndWhy() {
    Step down =
        Examples.plan().steps().stream()
            .filter(Step.Down.class::isInstance)
            .findFirst()
            .orElseThrow();

    assertThat(doing(List.of(), List.of(), ""))
        .isEqualTo("Doing now: image :42 → :41, no down migration. Why this order.");
    assertThat(doing(List.of(down), List.of(), ""))
        .isEqualTo("Doing now: image :42 → :41, 1 down migration. Why this order.");
    assertThat(
            doing(
                List.of(),
                List.of("01_add_email"),
                "the down of 01_add_email may lose something now (12 values)"))
        .isEqualTo(
            "Doing now: image :42 → :41, no down migration; 01_add_email stays applied, since the"
                + " down of 01_add_email may lose something now (12 values). Why this order.");
    assertThat(doing(List.of(down, down), List.of("02_b", "01_a"), ""))
        .isEqualTo(
            "Doing now: image :42 → :41, 2 down migrations; 02_b, 01_a stay applied. Why this"
                + " order.");
  }

  @Test
  void e17_refusedRollback_isCondemnedOnlyWhereAPollCondemned() {
    Release release = charter(Escalation.ROLLBACK).release();
    List<Refusal> refusals = List.of(new Refusal("no_target", "no image", "name one"));

    assertThat(AlertTexts.refused(release, 17, CONDEMNED, refusals, NOW).title())
        .isEqualTo("shop v42: condemned, and cannot be rolled back");
    RollbackCause asked = new RollbackCause.AskedBy("ann");
    assertThat(AlertTexts.refused(release, 17, asked, refusals, NOW).title())
        .isEqualTo("shop v42: asked for by ann, and cannot be rolled back");
  }

  @Test
  void e17_prospect_isUnknownWhereNobodyAnswered() {
    Refusal away = new Refusal("unreachable", "the platform does not answer", "wait");
    Refusal absent = new Refusal("target_absent", "the image is gone", "pull it");

    assertThat(ReadinessState.of(new Planned.Impossible(List.of(away), List.of())))
        .isEqualTo(UNKNOWN);
    assertThat(ReadinessState.of(new Planned.Impossible(List.of(away, absent), List.of())))
        .isEqualTo(new ReadinessState.Impossible("the image is gone"));
    assertThat(
            ReadinessState.of(
                new Planned.Possible(Examples.plan(), "", Optional.empty(), Optional.empty())))
        .isEqualTo(CAN);
  }

  @Test
  void e17_watchOfWhichNotAllGoesBack_isNotCalledIrreversible() {
    Release release = charter(Escalation.ROLLBACK).release();

    Planned partly =
        new Planned.Possible(
            Examples.plan(), "", Optional.of("it is not known which"), Optional.empty());
    Planned not =
        new Planned.Impossible(
            List.of(new Refusal("no_target", "no image", "name one")), List.of());

    assertThat(AlertTexts.noWayBack(release, 17, partly, NOW).title())
        .isEqualTo("shop v42: watched; not all of it would be rolled back");
    assertThat(AlertTexts.noWayBack(release, 17, not, NOW).title())
        .isEqualTo("shop v42: watched, but could not be rolled back now: no image");
    assertThat(AlertTexts.noWayBack(release, 17, not, NOW).lines())
        .contains("could not be rolled back now: no image. Next: name one.");
  }
}
