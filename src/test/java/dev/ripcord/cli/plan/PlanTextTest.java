package dev.ripcord.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.json.Examples;
import dev.ripcord.migration.risk.DownImpact;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A plan, and why there is none, as people read them. */
final class PlanTextTest {
  private static final Plan PLAN = Examples.plan();

  private static String text(Planned planned, RevertCostText costs) {
    return String.join(
        "\n", new PlanText(new Ansi(false, true), costs).lines(PLAN.release(), planned));
  }

  @Test
  void possible_steps_reason_budgets_andWarnings_inTheirOrder() {
    Planned planned = new Planned.Possible(PLAN, "3 days old", Optional.empty(), Optional.empty());

    assertThat(text(planned, RevertCostText.NONE))
        .startsWith("ok shop can be rolled back from v42 to acme/shop:41:\n\n")
        .containsSubsequence(
            "1  image   acme/shop:42 -> :41   3 days old",
            "2  drain   until no session of the replaced version is left, at most 30 s",
            "3  down    01_add_email",
            "4  verify  3 healthy polls, at most 5 min",
            "both only add",
            "What takes longer is broken off: image 10 min, down 1 h.",
            "12 rows are kept");
  }

  @Test
  void down_locksAndRows_standBelowIt() {
    DownImpact impact =
        new DownImpact(
            "01",
            List.of(
                new DownImpact.OnTable(
                    "orders",
                    Optional.of(LockMode.ACCESS_EXCLUSIVE),
                    true,
                    new DownImpact.Rows(OptionalLong.of(12), true),
                    8_192)),
            DownImpact.Time.measured(2, "2026-01-02"),
            List.of(),
            List.of("what its function does"));
    RevertCostText costs = new RevertCostText(List.of(), List.of(impact));

    assertThat(text(new Planned.Possible(PLAN, "", Optional.empty(), Optional.empty()), costs))
        .containsSubsequence(
            "down    01_add_email",
            "locks orders: ACCESS EXCLUSIVE (8.0 kB, written anew)",
            "rows of orders: 12 (counted)",
            "takes about 2 s (it took so long when it was reverted on 2026-01-02)",
            "? what its function does",
            "verify");
  }

  @Test
  void impossible_eachReason_whatIsInTheDatabase_andEachNextStepOnce() {
    Planned planned =
        new Planned.Impossible(
            List.of(
                new Refusal("target_absent", "acme/shop:41 is not there", "push it again"),
                new Refusal("no_way_back", "01_add_email has no down", "push it again")),
            PLAN.steps().subList(2, 3));

    assertThat(text(planned, RevertCostText.NONE))
        .isEqualTo(
            """
            x shop cannot be rolled back from v42:
              - acme/shop:41 is not there
              - 01_add_email has no down

            Of v42 in the database, newest first:
              - 01_add_email

            Next: push it again\
            """);
  }
}
