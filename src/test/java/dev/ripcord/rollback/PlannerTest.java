package dev.ripcord.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.Version;
import dev.ripcord.release.ImageRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which steps a plan has, in which order, and what it says of them. */
final class PlannerTest {
  private static final String IMAGE = "image :42 → :41";
  private static final String WATCH = "watching whether it helped";

  private static List<String> steps(Plan plan) {
    return plan.steps().stream().map(RollbackMachine::name).toList();
  }

  private static World twoAdditions() {
    return new World().adds("v42", "01_add_customer_email").adds("v42", "02_create_orders");
  }

  private static World anAdditionAndAChange() {
    return new World().adds("v42", "01_add_customer_email").changes("v42", "02_split_name");
  }

  @Test
  void additiveMigrations_imageFirst_downsNewestFirst() {
    Plan plan = twoAdditions().plan(World.USUAL);

    assertThat(steps(plan))
        .containsExactly(IMAGE, "down 02_create_orders", "down 01_add_customer_email", WATCH);
    assertThat(plan.order()).isEqualTo(Order.IMAGE_FIRST);
    assertThat(plan.downs()).isEqualTo(2);
    assertThat(plan.why())
        .isEqualTo(
            "Image first: the migrations only add, so :41 runs on the wider schema while they are"
                + " reverted.");
    assertThat(plan.warnings())
        .containsExactly(
            "If a down fails: the previous image serves on the wider schema (expanded); to go on"
                + " (shows what would be lost, and asks before anything is deleted):"
                + " ripcord migrate down --release v42");
  }

  @Test
  void oneAdditiveMigration_isSpokenOfAsOne() {
    Plan plan = new World().adds("v42", "01_add_customer_email").plan(World.USUAL);

    assertThat(plan.why()).contains("the migration only adds").contains("while it is reverted");
  }

  @Test
  void oneMigrationThatDoesMoreThanAdd_stopsBacksUpAndTakesBackBeforeTheImage() {
    Plan plan = anAdditionAndAChange().plan(World.USUAL);

    assertThat(steps(plan))
        .containsExactly(
            "stop the application",
            "backup shop-v42.dump",
            "down 02_split_name",
            "down 01_add_customer_email",
            IMAGE,
            WATCH);
    assertThat(plan.order()).isEqualTo(Order.MIGRATIONS_FIRST);
    assertThat(plan.why())
        .isEqualTo(
            "Migrations first, with the application stopped: :41 cannot be trusted on the schema of"
                + " 02_split_name, which does more than add.");
    assertThat(plan.warnings())
        .containsExactly("The service does not answer while its migrations are reverted.");
  }

  @Test
  void downs_areTheReleasesOwn_inReverseOrderOfApplication() {
    World world =
        new World()
            .adds("v41", "07_add_a")
            .adds("", "08_add_b")
            .adds("v42", "10_add_d")
            .adds("v42", "09_add_c");

    assertThat(steps(world.plan(World.USUAL)))
        .containsExactly(IMAGE, "down 09_add_c", "down 10_add_d", WATCH);
  }

  @Test
  void down_carriesTheChecksumOfTheTextThatWasChecked() {
    Plan plan = new World().adds("v42", "01_add_a").plan(World.USUAL);

    assertThat(plan.steps().get(1))
        .isEqualTo(
            new Step.Down(
                World.migration(
                        1,
                        "01_add_a",
                        Optional.empty(),
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                    .version(),
                "01_add_a",
                World.sha256("DROP TABLE t0")));
  }

  @Test
  void whatIsNotKnownOfTheRelease_isSaidFirst() {
    World world = new World();
    world.caveat = Optional.of("alembic moved from a1 to b2 before it was looked at.");
    Plan plan = world.plan(World.order(Order.AUTO));
    assertThat(plan.warnings()).startsWith("alembic moved from a1 to b2 before it was looked at.");
    assertThat(plan.why()).startsWith("No migration is known to belong to this release");
    Planned planned = Planner.plan(world.situation(), World.order(Order.AUTO));
    assertThat(planned.line())
        .endsWith(". But: alembic moved from a1 to b2 before it was looked at.");
    assertThat(planned.needsAttention()).isTrue();
    world.caveat = Optional.empty();
    assertThat(Planner.plan(world.situation(), World.order(Order.AUTO)).needsAttention()).isFalse();
  }

  @Test
  void noMigrationOfTheRelease_onlyTheImage() {
    World world = new World().changes("v41", "01_split_name");

    for (Order order : Order.values()) {
      Plan plan = world.plan(World.order(order));
      assertThat(steps(plan)).containsExactly(IMAGE, WATCH);
      assertThat(plan.why())
          .isEqualTo("No migration belongs to this release: only the image goes back.");
      assertThat(plan.warnings()).isEmpty();
      assertThat(plan.order()).isNotEqualTo(Order.AUTO);
    }
  }

  @Test
  void noDatabase_onlyTheImage() {
    World world = new World();
    world.configured = false;

    assertThat(steps(world.plan(World.USUAL))).containsExactly(IMAGE, WATCH);
  }

  @Test
  void drain_onlyWhereTheSessionsAreKnown() {
    World world = twoAdditions();
    world.sessionsKnown = true;

    Plan plan = world.plan(World.USUAL);

    assertThat(plan.steps().get(1)).isEqualTo(new Step.Drain(Duration.ofSeconds(30)));
    assertThat(steps(plan)).startsWith(IMAGE, "wait for the old sessions", "down 02_create_orders");

    World noMigrations = new World();
    noMigrations.sessionsKnown = true;
    assertThat(steps(noMigrations.plan(World.USUAL))).containsExactly(IMAGE, WATCH);
    World stopped = anAdditionAndAChange();
    stopped.sessionsKnown = true;
    assertThat(steps(stopped.plan(World.USUAL))).doesNotContain("wait for the old sessions");
  }

  @Test
  void imageOnly_leavesTheSchema_andWarnsOfWhatTheImageMayNotKnow() {
    Policy imageOnly = World.USUAL.with(Policy.Scope.IMAGE_ONLY);

    Plan plan = anAdditionAndAChange().plan(imageOnly);

    assertThat(steps(plan)).containsExactly(IMAGE, WATCH);
    assertThat(plan.why()).isEqualTo("Image only, as asked: the schema stays as it is.");
    assertThat(plan.warnings())
        .containsExactly("The previous image may not know the schema of 02_split_name.");
    assertThat(twoAdditions().plan(imageOnly).warnings()).isEmpty();
  }

  @Test
  void imageOnly_doesNotNeedTheDatabase() {
    World world = new World();
    world.schemaProblem = Optional.of("connection refused");

    assertThat(steps(world.plan(World.USUAL.with(Policy.Scope.IMAGE_ONLY))))
        .containsExactly(IMAGE, WATCH);
  }

  @Test
  void configuredOrder_isKept_andItsRiskSaid() {
    Plan image = anAdditionAndAChange().plan(World.order(Order.IMAGE_FIRST));
    assertThat(steps(image))
        .containsExactly(IMAGE, "down 02_split_name", "down 01_add_customer_email", WATCH);
    assertThat(image.why()).isEqualTo("The configuration sets the order: image-first.");
    assertThat(image.warnings())
        .contains(
            "The configured order starts the previous image on a schema that it may not know.");

    Plan migrations = twoAdditions().plan(World.order(Order.MIGRATIONS_FIRST));
    assertThat(steps(migrations))
        .containsExactly(
            "stop the application",
            "backup shop-v42.dump",
            "down 02_create_orders",
            "down 01_add_customer_email",
            IMAGE,
            WATCH);
    assertThat(migrations.why()).isEqualTo("The configuration sets the order: migrations-first.");
  }

  @Test
  void stopFirst_stopsBeforeTheImage() {
    assertThat(steps(twoAdditions().plan(World.stopFirst())))
        .startsWith("stop the application", "backup shop-v42.dump", IMAGE, "down 02_create_orders");
    assertThat(steps(new World().plan(World.stopFirst())))
        .containsExactly("stop the application", IMAGE, WATCH);
  }

  @Test
  void backup_auto_isLeftOutWhereItCannotBeTaken() {
    World world = anAdditionAndAChange();
    world.backupBlocker = Optional.of("pg_dump is not installed");

    Plan plan = world.plan(World.USUAL);

    assertThat(steps(plan)).startsWith("stop the application", "down 02_split_name");
    assertThat(plan.warnings()).contains("No backup will be taken: pg_dump is not installed");
    assertThat(world.possible(World.USUAL).noBackup()).contains("pg_dump is not installed");
    assertThat(world.possible(World.backup(Policy.Backup.OFF)).noBackup()).isEmpty();
  }

  @Test
  void backup_off_isNotTaken() {
    assertThat(steps(anAdditionAndAChange().plan(World.backup(Policy.Backup.OFF))))
        .startsWith("stop the application", "down 02_split_name");
  }

  @Test
  void backup_required_isTakenBeforeAnyDown() {
    Policy required = World.backup(Policy.Backup.REQUIRED);
    World sessions = twoAdditions();
    sessions.sessionsKnown = true;

    assertThat(steps(anAdditionAndAChange().plan(required)))
        .startsWith("stop the application", "backup shop-v42.dump", "down 02_split_name");
    assertThat(steps(sessions.plan(required)))
        .startsWith(
            IMAGE, "wait for the old sessions", "backup shop-v42.dump", "down 02_create_orders");
    assertThat(steps(new World().plan(required))).containsExactly(IMAGE, WATCH);
  }

  @Test
  void backupFile_isNamedWithoutWhatAFileNameMayNotHold() {
    World world = new World().changes("feature/x y", "01_split_name");
    PlanInput usual = world.situation();
    PlanInput named =
        new PlanInput(
            new dev.ripcord.release.Release(
                usual.release().service(), "feature/x y", world.image, world.previous),
            usual.image(),
            usual.schema(),
            usual.condemned(),
            usual.past());

    assertThat(Planner.plan(named, World.USUAL))
        .isInstanceOfSatisfying(
            Planned.Possible.class,
            p -> assertThat(steps(p.plan())).contains("backup shop-feature_x_y-e58032eb275d.dump"));
  }

  @Test
  void migrationThatRemoved_isWarnedOf() {
    World world = new World().changes("v42", "03_remove_fax");

    assertThat(world.plan(World.USUAL).warnings())
        .contains("03_remove_fax removed data; its down brings back the place only.");
  }

  @Test
  void imageOfTheReleaseNotKnown_saysWhatRuns() {
    World world = new World();
    world.image = Optional.empty();
    world.running = Optional.of(new ImageRef("shop:42b"));

    assertThat(world.plan(World.USUAL).warnings()).containsExactly("The platform runs shop:42b.");
  }

  @Test
  void verification_isAsThePolicySays_andComesLast() {
    assertThat(new World().plan(World.USUAL).steps().getLast())
        .isEqualTo(new Step.Verify(3, Duration.ofMinutes(5)));
  }

  private static TrialResult shut(String version) {
    return new TrialResult(new Version(version), true, List.of("column t.c: is gone"), false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shut      | was verified on a copy and does not restore the schema",
        "loses     | may lose something now (orders: 12 rows are gone)",
        "forbidden | may not be run (orders belongs to ann)",
      })
  void downThatCannotRunWell_imageFirst_staysWithWhatLiesBelow(String how, String why) {
    World world = twoAdditions().adds("v42", "03_create_carts");
    switch (how) {
      case "shut" -> world.tried = List.of(shut("02"));
      case "loses" -> world.tried = List.of(loses("02"));
      default -> world.rights = forbidden("02");
    }

    Plan plan = world.plan(World.USUAL);

    assertThat(steps(plan)).containsExactly(IMAGE, "down 03_create_carts", WATCH);
    assertThat(plan.kept()).containsExactly("02_create_orders", "01_add_customer_email");
    assertThat(plan.warnings())
        .contains(
            "Not all goes back: the down of 02_create_orders "
                + why
                + "; it and what lies below it stay applied (expanded).");
  }

  @Test
  void downThatWasTriedAndDoesNotLeadBack_migrationsFirst_isRefused() {
    World world = anAdditionAndAChange();
    world.tried = List.of(shut("02"));

    assertThat(Planner.plan(world.situation(), World.USUAL))
        .isInstanceOfSatisfying(
            Planned.Impossible.class,
            no ->
                assertThat(no.refusals())
                    .extracting(Refusal::code)
                    .containsExactly("proved_impossible"));
  }

  @Test
  void downThatTheRoleMayNotRun_migrationsFirst_isRefused() {
    World world = anAdditionAndAChange();
    world.rights = forbidden("02");

    assertThat(Planner.plan(world.situation(), World.USUAL))
        .isInstanceOfSatisfying(
            Planned.Impossible.class,
            no -> assertThat(no.refusals()).extracting(Refusal::code).containsExactly("no_right"));
  }

  private static DownRights forbidden(String version) {
    return new DownRights(Map.of(new Version(version), "orders belongs to ann"), Optional.empty());
  }

  @Test
  void sessionsThatMayNotBeCancelled_areWarnedOf_andRefuseNothing() {
    World world = twoAdditions();
    world.rights = new DownRights(Map.of(), Optional.of("ann may not cancel sessions of shop"));

    assertThat(world.plan(World.USUAL).warnings())
        .contains("A down may wait in vain for its lock: ann may not cancel sessions of shop.");
    World without = new World();
    without.rights = world.rights;
    assertThat(without.plan(World.USUAL).warnings()).isEmpty();
  }

  private static TrialResult loses(String version) {
    return new TrialResult(new Version(version), false, List.of("orders: 12 rows are gone"), false);
  }

  @Test
  void everyDownLeftOut_isAnImageOnlyPlanThatSaysWhy() {
    World world = twoAdditions();
    world.tried = List.of(loses("02"), loses("01"));

    Plan plan = world.plan(World.USUAL);

    assertThat(steps(plan)).containsExactly(IMAGE, WATCH);
    assertThat(plan.why()).contains("Image only: ").contains("none of it is reverted");
    assertThat(plan.keptWhy())
        .isEqualTo(
            "the down of 02_create_orders may lose something now (orders: 12 rows are gone)");
  }

  private static TrialResult unknown(String version, boolean uncheckable) {
    return new TrialResult(
        new Version(version), false, List.of("not known: 02_down.sql:1 runs a DO"), uncheckable);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void kind1_downWithSomethingUnknown_imageFirst_staysApplied(boolean uncheckable) {
    World world = twoAdditions();
    world.tried = List.of(unknown("02", uncheckable));

    Plan plan = world.plan(World.USUAL);

    assertThat(steps(plan)).containsExactly(IMAGE, WATCH);
    assertThat(plan.kept()).containsExactly("02_create_orders", "01_add_customer_email");
    assertThat(plan.keptWhy())
        .isEqualTo(
            "the down of 02_create_orders may lose something now"
                + " (not known: 02_down.sql:1 runs a DO)");
  }

  @Test
  void kind1_downWithSomethingUnknownAndNoCheck_migrationsFirst_isRefusedWithTheCommand() {
    World world = anAdditionAndAChange();
    String label = world.situation().schema().applied().getLast().label();
    world.tried = List.of(unknown("02", true));

    assertThat(Planner.plan(world.situation(), World.USUAL))
        .isInstanceOfSatisfying(
            Planned.Impossible.class,
            no ->
                assertThat(no.refusals())
                    .containsExactly(
                        new Refusal(
                            "down_unverified",
                            "it is not known whether the down of "
                                + label
                                + " loses rows, and no check can tell before it runs (not known:"
                                + " 02_down.sql:1 runs a DO)",
                            "revert it by hand where that is right (shows what would be lost, and"
                                + " asks before anything is deleted): ripcord migrate down"
                                + " --release v42; or put the image back alone: ripcord rollback"
                                + " shop --image-only --yes")));
  }

  @Test
  void kind1_downWithSomethingUnknownBesideItsChecks_migrationsFirst_isWarnedOf() {
    World world = anAdditionAndAChange();
    world.tried = List.of(unknown("02", false));

    Plan plan = world.plan(World.USUAL);

    assertThat(plan.kept()).isEmpty();
    assertThat(plan.warnings())
        .anyMatch(each -> each.endsWith("not known: 02_down.sql:1 runs a DO"));
  }

  @Test
  void downThatLosesSomething_migrationsFirst_isWarnedOf() {
    World world = anAdditionAndAChange();
    world.tried = List.of(loses("02"));

    Plan plan = world.plan(World.USUAL);

    assertThat(plan.kept()).isEmpty();
    assertThat(plan.warnings()).anyMatch(each -> each.endsWith(": orders: 12 rows are gone"));
  }
}
