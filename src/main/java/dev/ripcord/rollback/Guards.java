package dev.ripcord.rollback;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Version;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.Printable;
import dev.ripcord.release.Release;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The reasons for which a rollback must not run. */
final class Guards {
  private Guards() {}

  static List<Refusal> image(PlanInput situation) {
    Release release = situation.release();
    PlanInput.Image image = situation.image();
    if (image.platform().isEmpty()) {
      return List.of(
          new Refusal(
              "no_platform",
              "nothing is configured that could put an image back",
              "set services." + release.service() + ".platform"));
    }
    Optional<ImageIdentity> target = situation.target();
    if (target.isEmpty()) {
      return List.of(
          new Refusal(
              "no_target",
              "the image before " + release.name() + " is not known",
              "name it: --previous-image IMAGE"));
    }
    List<Refusal> refusals = new ArrayList<>();
    ImageIdentity to = target.get();
    if (image.problem().isPresent()) {
      boolean absent = image.present().isEmpty() && image.running().isPresent();
      refusals.add(
          new Refusal(
              absent ? "target_absent" : "unreachable",
              image.problem().get(),
              absent
                  ? "put " + to + " in place, or name another: --previous-image IMAGE"
                  : "look at the platform " + image.platform().get()));
    }
    if (image.identity().filter(to::isSameAs).isPresent()) {
      refusals.add(
          new Refusal(
              "target_runs", to + " runs already", "nothing to put back; look at the service"));
    } else if (isSomethingElse(image.identity(), release.identity())) {
      refusals.add(
          new Refusal(
              "superseded",
              image.running().orElseThrow() + " runs, which is not release " + release.name(),
              "watch the release that runs"));
    }
    if (situation.condemned().stream().anyMatch(to::isSameAs)) {
      refusals.add(
          new Refusal(
              "target_condemned",
              to + " was itself rolled back before",
              "name another: --previous-image IMAGE"));
    }
    image.sideEffects().blockers().stream()
        .map(
            why ->
                new Refusal(
                    "others_depend",
                    why,
                    "remove what depends on it, try again, and create it anew afterwards"))
        .forEach(refusals::add);
    return refusals;
  }

  private static boolean isSomethingElse(
      Optional<ImageIdentity> running, Optional<ImageIdentity> release) {
    return running.isPresent() && release.isPresent() && !running.get().isSameAs(release.get());
  }

  static List<Refusal> schema(PlanInput situation, Policy.Losses losses, List<Applied> downs) {
    PlanInput.Schema schema = situation.schema();
    if (!schema.configured()) {
      return List.of();
    }
    if (schema.problem().isPresent()) {
      return List.of(
          new Refusal(
              "unreachable",
              schema.problem().get(),
              "without the database it is not known what belongs to the release; the image alone:"
                  + " ripcord rollback "
                  + situation.release().service()
                  + " --image-only --yes"));
    }
    List<Refusal> refusals = new ArrayList<>();
    downs.forEach(a -> down(a, situation.release()).ifPresent(refusals::add));
    downs.stream()
        .filter(schema::isIrreversible)
        .forEach(a -> refusals.add(shut(a, situation.release())));
    for (Applied each : downs) {
      schema.rights().forbidden(each).map(what -> forbidden(each, what)).ifPresent(refusals::add);
    }
    downs.stream()
        .filter(a -> losses == Policy.Losses.DEFER) // Else it is seen when it has run.
        .filter(schema::isUncheckable)
        .map(a -> uncheckable(a, schema, situation.release()))
        .forEach(refusals::add);
    laterOnTop(situation, downs).ifPresent(refusals::add);
    return refusals;
  }

  private static Optional<Refusal> down(Applied applied, Release release) {
    String alone =
        "fix and release a newer version, or put the image back alone: ripcord rollback "
            + release.service()
            + " --image-only --yes";
    if (applied.irreversible().isPresent()) {
      String because = applied.irreversible().get();
      return Optional.of(
          new Refusal(
              "no_way_back",
              applied.label() + " is irreversible (`-- down: none, because " + because + "`)",
              alone));
    }
    String text = applied.down().orElse("");
    if (text.isBlank()) {
      return Optional.of(
          new Refusal("no_way_back", applied.label() + " was applied without a down", alone));
    }
    if (!applied.downChecksum().equals(Optional.of(sha256(text)))) {
      return Optional.of(
          new Refusal(
              "down_changed",
              "the stored down of " + applied.label() + " is not the one that was applied with it",
              "compare ripcord.migration_history with the release's files; " + alone));
    }
    return DownScriptCheck.blocker(text)
        .map(
            why ->
                new Refusal(
                    "down_unreadable",
                    "the stored down of " + applied.label() + " cannot be run: " + why,
                    alone));
  }

  private static Refusal shut(Applied applied, Release release) {
    return new Refusal(
        "proved_impossible",
        "the down of "
            + applied.label()
            + " was verified on a copy of the database and does not restore the schema",
        "fix and release a newer version, or put the image back alone: ripcord rollback "
            + release.service()
            + " --image-only --yes");
  }

  private static Refusal forbidden(Applied applied, String what) {
    return new Refusal(
        "no_right",
        "the down of " + applied.label() + " would fail: " + what,
        "give the role of migrations.database the right, or let another one migrate");
  }

  private static Refusal uncheckable(Applied applied, PlanInput.Schema schema, Release release) {
    return new Refusal(
        "down_unverified",
        "it is not known whether the down of "
            + applied.label()
            + " loses rows, and no check can tell before it runs ("
            + schema.lost(applied).orElse("")
            + ")",
        "revert it by hand where that is right "
            + RevertCommand.ofRelease(release.name())
            + "; or put the image back alone: ripcord rollback "
            + release.service()
            + " --image-only --yes");
  }

  /** A migration of another release that was applied after the first one of this release. */
  private static Optional<Refusal> laterOnTop(PlanInput situation, List<Applied> downs) {
    if (downs.isEmpty()) {
      return Optional.empty();
    }
    long first = downs.getLast().order();
    return situation.schema().applied().stream()
        .filter(a -> a.order() > first && !downs.contains(a))
        .findFirst()
        .map(
            a ->
                new Refusal(
                    "later_release",
                    a.label()
                        + " of "
                        + a.release().map(r -> "release " + Printable.of(r)).orElse("no release")
                        + " was applied on top",
                    "take that back first " + RevertCommand.to(below(a, downs))));
  }

  /** The newest migration of the release that lies below another one. */
  private static Version below(Applied other, List<Applied> downs) {
    return downs.stream()
        .filter(d -> d.order() < other.order())
        .findFirst()
        .orElseThrow()
        .version();
  }

  /** The plan stops the application, and the platform cannot. */
  static Optional<Refusal> stop(PlanInput situation) {
    return situation
        .image()
        .stopBlocker()
        .map(
            why ->
                new Refusal(
                    "cannot_stop",
                    "the application has to be stopped first, and cannot be: " + why,
                    "make it possible, or set order: image-first where the previous image can live"
                        + " with the schema"));
  }

  /**
   * The compatibility floor: a migration that stays applied and does more than add belongs to the
   * oldest release that may run on the schema, and the target is older than that.
   */
  static Optional<Refusal> floor(PlanInput situation, List<Applied> downs) {
    List<String> past = situation.past().stream().map(Release::name).toList();
    Optional<Applied> newest =
        situation.schema().applied().stream()
            .filter(a -> !a.additive() && !downs.contains(a))
            .filter(a -> !a.release().equals(Optional.of(situation.release().name())))
            .filter(a -> a.release().filter(past::contains).isPresent())
            .reduce((before, after) -> after);
    Optional<ImageIdentity> target = situation.target();
    Optional<String> older =
        target.flatMap(
            to ->
                situation.past().stream()
                    .filter(r -> r.identity().filter(to::isSameAs).isPresent())
                    .map(Release::name)
                    .reduce((before, after) -> after));
    if (newest.isEmpty() || older.isEmpty()) {
      return Optional.empty();
    }
    String floor = newest.get().release().orElseThrow();
    if (past.lastIndexOf(older.get()) >= past.indexOf(floor)) {
      return Optional.empty();
    }
    return Optional.of(
        new Refusal(
            "below_floor",
            target.orElseThrow()
                + " is release "
                + older.get()
                + ", and "
                + newest.get().label()
                + " of release "
                + floor
                + " did more than add: older releases cannot run on this schema",
            "go back no further than " + floor + ": --previous-image IMAGE"));
  }

  static Refusal noBackup(String blocker) {
    return new Refusal(
        "backup",
        "the configuration requires a backup and none can be taken: " + blocker,
        "install pg_dump of the server's version, or set migrations.backup: auto");
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
