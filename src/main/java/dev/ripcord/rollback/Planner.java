package dev.ripcord.rollback;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Kind;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the plan of a rollback, or gives every reason why there is none.
 *
 * <p>All downs of the release are checked before any may run. The order follows from the release's
 * migrations: where each only adds, the previous image runs on the wider schema and goes first;
 * else the application is stopped, backed up, reverted and started on the previous image.
 */
public final class Planner {
  private static final Duration DRAIN = Duration.ofSeconds(30);

  private Planner() {}

  /** The plan for a situation under a policy. */
  public static Planned plan(PlanInput situation, Policy policy) {
    List<Applied> all = policy.scope() == Policy.Scope.BOTH ? downs(situation) : List.of();
    Order order = resolve(policy, all);
    List<Applied> downs = passable(situation, policy, order, all);
    List<Refusal> refusals = new ArrayList<>(Guards.image(situation));
    Guards.floor(situation, downs).ifPresent(refusals::add);
    if (stops(policy, order, downs)) {
      Guards.stop(situation).ifPresent(refusals::add);
    }
    if (policy.scope() == Policy.Scope.BOTH) {
      refusals.addAll(Guards.schema(situation, policy.losses(), downs));
      if (wantsBackup(policy, order, downs)
          && policy.backup() == Policy.Backup.REQUIRED
          && situation.schema().backupBlocker().isPresent()) {
        refusals.add(Guards.noBackup(situation.schema().backupBlocker().orElseThrow()));
      }
    }
    if (!refusals.isEmpty()) {
      return new Planned.Impossible(refusals, downs.stream().map(a -> down(a, policy)).toList());
    }
    ImageRef target = situation.release().previousImage().orElseThrow();
    return new Planned.Possible(
        new Plan(
            situation.release(),
            order,
            steps(situation, policy, order, downs, target),
            why(situation, policy, order, all, target),
            warnings(situation, policy, order, downs),
            kept(situation, policy, downs),
            keptWhy(situation, policy, downs)),
        situation.image().present().orElse(""),
        policy.scope() == Policy.Scope.BOTH ? situation.schema().caveat() : Optional.empty(),
        noBackup(situation, policy, order, downs));
  }

  private static Optional<String> noBackup(
      PlanInput situation, Policy policy, Order order, List<Applied> downs) {
    return situation.schema().backupBlocker().filter(why -> wantsBackup(policy, order, downs));
  }

  /** What the release has applied and the plan does not revert. */
  private static List<String> kept(PlanInput situation, Policy policy, List<Applied> downs) {
    if (policy.scope() == Policy.Scope.IMAGE_WITHOUT_DATABASE) {
      return List.of("what " + situation.release().name() + " migrated");
    }
    return downs(situation).stream().filter(a -> !downs.contains(a)).map(Applied::label).toList();
  }

  /** The migrations of the release, newest first. */
  private static List<Applied> downs(PlanInput situation) {
    return situation.schema().applied().stream()
        .filter(a -> a.release().filter(situation.release().name()::equals).isPresent())
        .toList()
        .reversed();
  }

  /**
   * Where the previous image runs on the wider schema, a down that was tried and does not lead
   * back, may lose something now, or would fail for want of a right is left out, with what lies
   * below it: better a schema that is ahead than an unknown one, or rows that are gone.
   */
  private static List<Applied> passable(
      PlanInput situation, Policy policy, Order order, List<Applied> all) {
    return order == Order.IMAGE_FIRST && all.stream().allMatch(Applied::additive)
        ? all.stream().takeWhile(a -> mayRun(situation.schema(), policy, a)).toList()
        : all;
  }

  private static boolean mayRun(PlanInput.Schema schema, Policy policy, Applied down) {
    return !schema.isIrreversible(down)
        && schema.rights().forbidden(down).isEmpty()
        && (policy.losses() != Policy.Losses.DEFER || schema.lost(down).isEmpty());
  }

  private static Order resolve(Policy policy, List<Applied> downs) {
    if (policy.order() != Order.AUTO) {
      return policy.order();
    }
    return downs.stream().allMatch(Applied::additive) ? Order.IMAGE_FIRST : Order.MIGRATIONS_FIRST;
  }

  private static boolean stops(Policy policy, Order order, List<Applied> downs) {
    return policy.stopFirst() || (order == Order.MIGRATIONS_FIRST && !downs.isEmpty());
  }

  private static boolean wantsBackup(Policy policy, Order order, List<Applied> downs) {
    return switch (policy.backup()) {
      case AUTO -> !downs.isEmpty() && stops(policy, order, downs);
      case REQUIRED -> !downs.isEmpty();
      case OFF -> false;
    };
  }

  private static List<Step> steps(
      PlanInput situation, Policy policy, Order order, List<Applied> downs, ImageRef target) {
    Step image = new Step.SwitchImage(situation.image().running(), target);
    List<Step> steps = new ArrayList<>();
    boolean stops = stops(policy, order, downs);
    List<Step> backup =
        wantsBackup(policy, order, downs) && situation.schema().backupBlocker().isEmpty()
            ? List.of(backup(situation.release(), policy))
            : List.of();
    List<Step> asks =
        policy.losses() == Policy.Losses.ASK && !downs.isEmpty()
            ? List.of(new Step.Approval(policy.answer()))
            : List.of();
    if (order == Order.MIGRATIONS_FIRST) {
      steps.addAll(asks); // Before the service stands still.
    }
    if (stops) {
      steps.add(new Step.Stop());
      steps.addAll(backup);
    }
    if (order == Order.IMAGE_FIRST) {
      steps.add(image);
      if (!downs.isEmpty() && situation.schema().sessionsKnown()) {
        steps.add(new Step.Drain(DRAIN, situation.schema().clock()));
      }
      steps.addAll(asks);
    }
    if (!stops) {
      steps.addAll(backup);
    }
    downs.forEach(a -> steps.add(down(a, policy)));
    if (order == Order.MIGRATIONS_FIRST) {
      steps.add(image);
    }
    steps.add(new Step.Verify(policy.verifyPolls(), policy.verify()));
    return steps;
  }

  private static Step down(Applied applied, Policy policy) {
    String checksum = applied.downChecksum().orElse("");
    return new Step.Down(applied.version(), applied.label(), checksum, policy.step());
  }

  /** Into a file that is named after the release, with nothing in it that a file name may not. */
  private static Step backup(Release release, Policy policy) {
    return new Step.Backup(release.fileName() + ".dump", policy.backupOf(), policy.step());
  }

  private static String why(
      PlanInput situation, Policy policy, Order order, List<Applied> downs, ImageRef target) {
    String image = target.tag();
    Optional<String> caveat = situation.schema().caveat();
    if (policy.scope() == Policy.Scope.IMAGE_ONLY) {
      return "Image only, as asked: the schema stays as it is.";
    }
    if (policy.scope() == Policy.Scope.IMAGE_WITHOUT_DATABASE) {
      return "Image only: the database does not answer, and database-away is image-only; "
          + image
          + " runs on the schema of "
          + situation.release().name()
          + ".";
    }
    if (downs.isEmpty() && caveat.isPresent()) {
      return "No migration is known to belong to this release: only the image goes back.";
    }
    if (downs.isEmpty()) {
      return "No migration belongs to this release: only the image goes back.";
    }
    if (policy.order() != Order.AUTO) {
      return "The configuration sets the order: " + order.text() + ".";
    }
    if (order == Order.IMAGE_FIRST && passable(situation, policy, order, downs).isEmpty()) {
      return "Image only: " + image + " runs on the wider schema, and none of it is reverted.";
    }
    if (order == Order.IMAGE_FIRST) {
      int back = passable(situation, policy, order, downs).size();
      String which = downs.size() == 1 ? "it is" : "they are";
      return "Image first: "
          + (downs.size() == 1 ? "the migration only adds" : "the migrations only add")
          + ", so "
          + image
          + " runs on the wider schema while "
          + (back == downs.size()
              ? which
              : back + " of the " + downs.size() + (back == 1 ? " is" : " are"))
          + " reverted.";
    }
    String first =
        downs.stream().filter(a -> !a.additive()).map(Applied::label).findFirst().orElse("");
    return "Migrations first, with the application stopped: "
        + image
        + " cannot be trusted on the schema of "
        + first
        + ", which does more than add.";
  }

  private static String keptWhy(PlanInput situation, Policy policy, List<Applied> downs) {
    if (policy.scope() == Policy.Scope.IMAGE_WITHOUT_DATABASE) {
      return "the database did not answer";
    }
    return downs(situation).stream()
        .filter(a -> policy.scope() == Policy.Scope.BOTH && !downs.contains(a))
        .findFirst()
        .map(a -> "the down of " + a.label() + " " + leftOut(situation.schema(), a))
        .orElse("");
  }

  private static String afterwards(Policy policy) {
    return switch (policy.losses()) {
      case SALVAGE -> "; what is lost is kept (ripcord salvage list)";
      case ASK -> "; a person is asked first, and what is lost is kept (ripcord salvage list)";
      case DEFER -> "";
    };
  }

  private static String leftOut(PlanInput.Schema schema, Applied down) {
    if (schema.isIrreversible(down)) {
      return "was verified on a copy and does not restore the schema";
    }
    return schema
        .rights()
        .forbidden(down)
        .map(what -> "may not be run (" + what + ")")
        .orElseGet(() -> "may lose something now (" + schema.lost(down).orElse("") + ")");
  }

  private static List<String> warnings(
      PlanInput situation, Policy policy, Order order, List<Applied> downs) {
    List<String> warnings = new ArrayList<>();
    situation.schema().caveat().ifPresent(warnings::add);
    warnings.addAll(situation.image().sideEffects().warnings());
    if (policy.scope() == Policy.Scope.IMAGE_ONLY) {
      downs(situation).stream()
          .filter(a -> !a.additive())
          .map(Applied::label)
          .forEach(l -> warnings.add("The previous image may not know the schema of " + l + "."));
    }
    if (order == Order.IMAGE_FIRST && !downs.isEmpty()) {
      warnings.add(
          "If a down fails: the previous image serves on the wider schema (expanded); to go on "
              + RevertCommand.ofRelease(situation.release().name()));
    }
    if (order == Order.IMAGE_FIRST && downs.stream().anyMatch(a -> !a.additive())) {
      warnings.add(
          "The configured order starts the previous image on a schema that it may not know.");
    }
    if (order == Order.MIGRATIONS_FIRST && !downs.isEmpty()) {
      warnings.add("The service does not answer while its migrations are reverted.");
    }
    situation
        .schema()
        .rights()
        .blockers()
        .filter(why -> !downs.isEmpty())
        .ifPresent(why -> warnings.add("A down may wait in vain for its lock: " + why + "."));
    noBackup(situation, policy, order, downs)
        .ifPresent(why -> warnings.add("No backup will be taken: " + why));
    if (policy.scope() == Policy.Scope.IMAGE_WITHOUT_DATABASE) {
      warnings.add(
          "No down is run: when the database is back, what "
              + situation.release().name()
              + " migrated is reverted by hand "
              + RevertCommand.ofRelease(situation.release().name()));
    }
    String kept = keptWhy(situation, policy, downs);
    if (!kept.isEmpty() && policy.scope() == Policy.Scope.BOTH) {
      warnings.add(
          "Not all goes back: " + kept + "; it and what lies below it stay applied (expanded).");
    }
    for (Applied a : downs) {
      situation
          .schema()
          .lost(a)
          .ifPresent(lost -> warnings.add(a.label() + ": " + lost + afterwards(policy)));
    }
    downs.stream()
        .filter(a -> a.kind() == Kind.FIELD_REMOVE)
        .forEach(
            a -> warnings.add(a.label() + " removed data; its down brings back the place only."));
    situation
        .image()
        .identity()
        .filter(r -> situation.release().identity().filter(r::isSameAs).isEmpty())
        .ifPresent(r -> warnings.add("The platform runs " + r + "."));
    return warnings;
  }
}
