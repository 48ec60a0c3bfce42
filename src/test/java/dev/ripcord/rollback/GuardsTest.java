package dev.ripcord.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every reason for which a rollback is refused: its code, its words, what to do next. */
final class GuardsTest {
  private static final String ALONE =
      "put the image back alone: ripcord rollback shop --image-only --yes";

  private static Refusal only(World world) {
    return only(world, World.USUAL);
  }

  private static Refusal only(World world, Policy policy) {
    List<Refusal> refusals = world.refusals(policy);
    assertThat(refusals).hasSize(1);
    return refusals.getFirst();
  }

  @Test
  void noPlatform_isRefused() {
    World world = new World();
    world.platform = Optional.empty();

    assertThat(only(world))
        .isEqualTo(
            new Refusal(
                "no_platform",
                "nothing is configured that could put an image back",
                "set services.shop.platform"));
  }

  @Test
  void planThatStops_onAPlatformThatCannot_isRefused_othersAreNot() {
    World changes = new World().changes("v42", "01_split_name");
    changes.stopBlocker = Optional.of("platform.directory.stop is not set");
    World adds = new World().adds("v42", "01_add_a");
    adds.stopBlocker = changes.stopBlocker;

    assertThat(only(changes))
        .isEqualTo(
            new Refusal(
                "cannot_stop",
                "the application has to be stopped first, and cannot be:"
                    + " platform.directory.stop is not set",
                "make it possible, or set order: image-first where the previous image can live"
                    + " with the schema"));
    assertThat(adds.plan(World.USUAL).steps()).noneMatch(Step.Stop.class::isInstance);
    assertThat(changes.plan(World.order(Order.IMAGE_FIRST)).downs()).isEqualTo(1);
  }

  @Test
  void a5_sameContentUnderAnotherName_runsAlreadyAndIsCondemned() {
    PlanInput.Image.Ids same =
        new PlanInput.Image.Ids(Optional.of("sha256:a"), Optional.of("sha256:a"));
    PlanInput.Image.Ids other =
        new PlanInput.Image.Ids(Optional.of("sha256:a"), Optional.of("sha256:b"));
    ImageIdentity condemned = new ImageIdentity(new ImageRef("shop:bad"), Optional.of("sha256:b"));
    ImageIdentity rebuilt = new ImageIdentity(new ImageRef("shop:41"), Optional.of("sha256:old"));

    assertThat(codes(same, Set.of())).containsExactly("target_runs");
    assertThat(codes(other, Set.of(condemned))).containsExactly("target_condemned");
    assertThat(codes(other, Set.of(rebuilt))).as("the tag was built anew since").isEmpty();
  }

  private static List<String> codes(PlanInput.Image.Ids ids, Set<ImageIdentity> condemned) {
    PlanInput usual = new World().situation();
    PlanInput.Image image = usual.image();
    PlanInput situation =
        new PlanInput(
            usual.release(),
            new PlanInput.Image(
                image.platform(),
                image.running(),
                image.present(),
                image.problem(),
                image.stopBlocker(),
                ids,
                SideEffects.NONE),
            usual.schema(),
            condemned,
            usual.past());
    return Guards.image(situation).stream().map(Refusal::code).toList();
  }

  @Test
  void a4_containersThatHangOnThisOne_refuseThePlan() {
    PlanInput usual = new World().situation();
    PlanInput.Image image = usual.image();
    PlanInput.Image withOthers =
        new PlanInput.Image(
            image.platform(),
            image.running(),
            image.present(),
            image.problem(),
            image.stopBlocker(),
            image.ids(),
            new SideEffects(List.of("container side shares the network"), List.of()));

    assertThat(
            Guards.image(
                new PlanInput(usual.release(), withOthers, usual.schema(), Set.of(), usual.past())))
        .containsExactly(
            new Refusal(
                "others_depend",
                "container side shares the network",
                "remove what depends on it, try again, and create it anew afterwards"));
  }

  private static Release past(String name, String image) {
    return new Release(
        new ServiceName("shop"), name, Optional.of(new ImageRef(image)), Optional.empty());
  }

  @Test
  void targetOlderThanWhatASurvivingMigrationNeeds_isRefused() {
    World world = new World().changes("v41", "03_remove_fax").adds("v42", "04_add_a");
    world.past = List.of(past("v40", "shop:40"), past("v41", "shop:41"), past("v42", "shop:42"));
    world.previous = Optional.of(new ImageRef("shop:40"));

    assertThat(only(world))
        .isEqualTo(
            new Refusal(
                "below_floor",
                "shop:40 is release v40, and 03_remove_fax of release v41 did more than add: older"
                    + " releases cannot run on this schema",
                "go back no further than v41: --previous-image IMAGE"));
  }

  @Test
  void floor_letsPassWhatIsNotKnownToBeOlder() {
    World world = new World().changes("v41", "03_remove_fax").adds("v42", "04_add_a");
    world.past = List.of(past("v40", "shop:40"), past("v41", "shop:41"), past("v42", "shop:42"));
    assertThat(world.plan(World.USUAL).downs()).isEqualTo(1);

    world.previous = Optional.of(new ImageRef("shop:unheard-of"));
    assertThat(world.plan(World.USUAL).downs()).isEqualTo(1);

    World additive = new World().adds("v41", "03_add_fax").adds("v42", "04_add_a");
    additive.past = world.past;
    additive.previous = Optional.of(new ImageRef("shop:40"));
    assertThat(additive.plan(World.USUAL).downs()).isEqualTo(1);

    World own = new World().changes("v42", "03_split_name");
    own.past = world.past;
    own.previous = Optional.of(new ImageRef("shop:40"));
    assertThat(own.plan(World.USUAL).downs()).isEqualTo(1);
  }

  @Test
  void noTarget_isRefused() {
    World world = new World();
    world.previous = Optional.empty();

    assertThat(only(world))
        .isEqualTo(
            new Refusal(
                "no_target",
                "the image before v42 is not known",
                "name it: --previous-image IMAGE"));
  }

  @Test
  void targetAbsent_isRefused() {
    World world = new World();
    world.present = Optional.empty();
    world.imageProblem = Optional.of("shop:41 is not in the registry (404)");

    assertThat(only(world))
        .isEqualTo(
            new Refusal(
                "target_absent",
                "shop:41 is not in the registry (404)",
                "put shop:41 in place, or name another: --previous-image IMAGE"));
  }

  @Test
  void platformThatDoesNotAnswer_isRefused() {
    World world = new World();
    world.running = Optional.empty();
    world.present = Optional.of("");
    world.imageProblem = Optional.of("/var/run/docker.sock: no such file");

    assertThat(only(world))
        .isEqualTo(
            new Refusal(
                "unreachable",
                "/var/run/docker.sock: no such file",
                "look at the platform docker"));
  }

  @Test
  void targetThatRuns_isRefused() {
    World world = new World();
    world.running = world.previous;

    assertThat(only(world).code()).isEqualTo("target_runs");
    assertThat(only(world).text()).isEqualTo("shop:41 runs already");
  }

  @Test
  void newerReleaseThatRuns_isRefused() {
    World world = new World();
    world.running = Optional.of(new ImageRef("shop:43"));

    assertThat(only(world))
        .isEqualTo(
            new Refusal(
                "superseded",
                "shop:43 runs, which is not release v42",
                "watch the release that runs"));
  }

  @Test
  void targetThatWasItselfRolledBack_isRefused() {
    World world = new World();
    world.condemned = Set.of(new ImageRef("shop:41"));

    assertThat(only(world).code()).isEqualTo("target_condemned");
    assertThat(only(world).text()).isEqualTo("shop:41 was itself rolled back before");
  }

  @Test
  void releaseThatWasRolledBackBefore_mayGoBackAgain() {
    World world = new World();
    world.condemned = Set.of(new ImageRef("shop:42"));

    assertThat(world.plan(World.USUAL).steps()).hasSize(2);
  }

  @Test
  void databaseThatDoesNotAnswer_isRefused() {
    World world = new World();
    world.schemaProblem = Optional.of("connection refused by db:5432");

    assertThat(only(world))
        .isEqualTo(
            new Refusal(
                "unreachable",
                "connection refused by db:5432",
                "without the database it is not known what belongs to the release; the image alone:"
                    + " ripcord rollback shop --image-only --yes"));
  }

  @Test
  void migrationWithoutAWayBack_isRefused_withItsReason() {
    World world = new World();
    world.applied.add(
        World.migration(
            1,
            "03_remove_price",
            Optional.of("v42"),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.of("the column is dropped")));

    assertThat(only(world).code()).isEqualTo("no_way_back");
    assertThat(only(world).text())
        .isEqualTo(
            "03_remove_price is irreversible (`-- down: none, because the column is dropped`)");
    assertThat(only(world).next()).endsWith(ALONE);
  }

  @Test
  void migrationWithoutADown_isRefused() {
    for (Optional<String> down : List.of(Optional.<String>empty(), Optional.of(" \n"))) {
      World world = new World().applies("v42", "01_add_a", true, down);

      assertThat(only(world).code()).isEqualTo("no_way_back");
      assertThat(only(world).text()).isEqualTo("01_add_a was applied without a down");
    }
  }

  @Test
  void downThatChangedSince_isRefused() {
    for (Optional<String> hash : List.of(Optional.<String>empty(), Optional.of("00"))) {
      World world = new World();
      world.applied.add(
          World.migration(
              1,
              "01_add_a",
              Optional.of("v42"),
              true,
              Optional.of("DROP TABLE a"),
              hash,
              Optional.empty()));

      assertThat(only(world).code()).isEqualTo("down_changed");
      assertThat(only(world).text())
          .isEqualTo("the stored down of 01_add_a is not the one that was applied with it");
      assertThat(only(world).next())
          .startsWith("compare ripcord.migration_history with the release's files; ");
    }
  }

  @Test
  void laterReleaseOnTop_isRefused() {
    World world = new World().adds("v42", "01_add_a").adds("v43", "02_add_b");

    assertThat(only(world))
        .isEqualTo(
            new Refusal(
                "later_release",
                "02_add_b of release v43 was applied on top",
                "take that back first (shows what would be lost, and asks before anything is"
                    + " deleted): ripcord migrate down --to 01"));
  }

  @Test
  void laterReleaseBetween_isRefused() {
    World world = new World().adds("v42", "01_add_a").adds("", "02_add_b").adds("v42", "03_add_c");

    assertThat(only(world).text()).isEqualTo("02_add_b of no release was applied on top");
    assertThat(only(world).next()).endsWith(": ripcord migrate down --to 01");
  }

  @Test
  void requiredBackupThatCannotBeTaken_isRefused_whateverTheOrder() {
    Policy required = World.backup(Policy.Backup.REQUIRED);
    for (World world :
        List.of(new World().changes("v42", "01_split_name"), new World().adds("v42", "01_add_a"))) {
      world.backupBlocker = Optional.of("pg_dump is not installed");

      assertThat(only(world, required).code()).isEqualTo("backup");
      assertThat(only(world, required).text())
          .isEqualTo(
              "the configuration requires a backup and none can be taken: pg_dump is not"
                  + " installed");
    }
    World nothingToTakeBack = new World();
    nothingToTakeBack.backupBlocker = Optional.of("pg_dump is not installed");
    assertThat(nothingToTakeBack.plan(required).downs()).isZero();
  }

  @Test
  void everyReason_isToldAtOnce() {
    World world =
        new World()
            .applies("v42", "01_add_a", true, Optional.empty())
            .applies("v42", "02_add_b", true, Optional.empty())
            .adds("v43", "03_add_c");
    world.present = Optional.empty();
    world.imageProblem = Optional.of("shop:41 is not there");
    world.condemned = Set.of(new ImageRef("shop:41"));

    assertThat(world.refusals(World.USUAL))
        .extracting(Refusal::code)
        .containsExactly(
            "target_absent", "target_condemned", "no_way_back", "no_way_back", "later_release");
  }

  @Test
  void imageOnly_isNotRefusedForTheSchema() {
    World world = new World().applies("v42", "01_add_a", true, Optional.empty());

    assertThat(world.plan(World.USUAL.with(Policy.Scope.IMAGE_ONLY)).downs()).isZero();
  }
}
