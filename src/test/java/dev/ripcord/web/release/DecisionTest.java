package dev.ripcord.web.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Entry;
import dev.ripcord.report.Stories;
import dev.ripcord.report.WatchReport;
import dev.ripcord.watch.WatchState.Phase;
import dev.ripcord.web.access.Caller;
import dev.ripcord.web.page.Html;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecisionTest {
  private static WatchStatus watch(Phase phase) {
    WatchStatus like = Examples.watch(17, "v42");
    return new WatchStatus(like.row(), phase, 4, true, "can be rolled back: 2 down migrations");
  }

  private static WatchReport report(WatchStatus watch) {
    return WatchReport.of(
        watch.row(),
        List.of(
            Examples.recorded(1, new Entry.Opened(watch.row().charter())),
            Examples.recorded(2, new Entry.Planned(Examples.plan()))));
  }

  private static String page(WatchStatus watch, Optional<Caller> caller) {
    DecisionForms forms =
        new DecisionForms(
            watch, report(watch), caller, caller.flatMap(Caller::name).orElse("admin"));
    Instant now = watch.row().charter().startedAt().plus(Duration.ofMinutes(2));
    return new ReleaseView(watch, report(watch), forms, now).page(Html.NOTHING).main().toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WATCHING     | PAUSE ROLLBACK ABORT",
        "PAUSED       | RESUME ROLLBACK ABORT",
        "ASKING       | APPROVE ROLLBACK ABORT",
        "ROLLING_BACK | ABORT",
        "ENDED        | ''",
      })
  void state_hasTheDecisionsThatFit(Phase phase, String fitting) {
    WatchStatus watch = watch(phase);

    assertThat(
            Decision.fitting(watch, report(watch)).stream()
                .map(Decision::name)
                .collect(Collectors.joining(" ")))
        .isEqualTo(fitting);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PAUSE    | WATCHING     | Pause the watch of shop v42?      | nothing is decided by them",
        "RESUME   | PAUSED       | Resume the watch of shop v42?     | Polls count again",
        "ROLLBACK | WATCHING     | Roll back shop v42 now?           | Image acme/shop:42 →"
            + " acme/shop:41",
        "ROLLBACK | WATCHING     | Roll back shop v42 now?           | 2 down migrations",
        "APPROVE  | ASKING       | Approve the rollback of shop v42? | Image acme/shop:42 →"
            + " acme/shop:41",
        "ABORT    | WATCHING     | Abort the watch of shop v42?      | Nothing is rolled back",
        "ABORT    | ROLLING_BACK | Abort the rollback of shop v42?   | steps that are left is for a"
            + " person",
      })
  void decision_namesWhatWillHappen(
      Decision decision, Phase phase, String question, String consequence) {
    WatchStatus watch = watch(phase);

    assertThat(decision.question(watch)).isEqualTo(question);
    assertThat(decision.consequence(watch, report(watch))).contains(consequence);
  }

  @Test
  void approvalOfTheDowns_saysWhatTheyDelete_andThatItIsKept() {
    WatchReport asking = Stories.asking().underWay();

    assertThat(Decision.APPROVE.fits(watch(Phase.ROLLING_BACK), asking)).isTrue();
    assertThat(Decision.APPROVE.consequence(watch(Phase.ROLLING_BACK), asking))
        .isEqualTo(
            "The down migrations run; what they delete is kept (ripcord salvage list). Would"
                + " delete 12 rows of orders.");
    assertThat(Decision.ABORT.consequence(watch(Phase.ROLLING_BACK), asking))
        .isEqualTo(
            "The down migrations are left out: the previous image stays in place, on the schema of"
                + " shop v42, and is watched.");
  }

  @Test
  void page_withoutSigningIn_asksForIt() {
    assertThat(page(watch(Phase.WATCHING), Optional.empty()))
        .contains("href=\"../sign-in?to=releases%2F17\"", "Sign in to decide")
        .doesNotContain("<dialog", "Abort…");
  }

  @Test
  void page_ofAViewer_saysWhichRoleIsNeeded() {
    assertThat(
            page(watch(Phase.WATCHING), Optional.of(new Caller(Optional.of("vic"), Role.VIEWER))))
        .contains(
            "To pause, roll back, abort: the role operator is needed, the token of vic has the"
                + " role viewer.")
        .doesNotContain("<dialog", "Abort…");
  }

  @Test
  void page_ofAViewer_whereARollbackWaits_saysTheRoleOfEachDecision() {
    assertThat(page(watch(Phase.ASKING), Optional.of(new Caller(Optional.of("vic"), Role.VIEWER))))
        .contains(
            "To roll back, abort: the role operator is needed; to approve: the role approver is"
                + " needed, the token of vic has the role viewer.");
  }

  @Test
  void page_ofAnOperator_hasTheButtonsOfTheStateButApproval() {
    assertThat(
            page(watch(Phase.ASKING), Optional.of(new Caller(Optional.of("oli"), Role.OPERATOR))))
        .contains("Abort…", "Roll back…", "by oli", "To approve: the role approver is needed")
        .doesNotContain("Approve…", "Pause…");
  }

  @Test
  void page_ofAnEndedWatch_hasNone() {
    assertThat(page(watch(Phase.ENDED), Optional.of(Caller.LOCAL)))
        .doesNotContain("<dialog", "<button");
  }
}
