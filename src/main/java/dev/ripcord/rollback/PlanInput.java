package dev.ripcord.rollback;

import dev.ripcord.migration.Applied;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of the world when a rollback is planned.
 *
 * @param release what is to be rolled back
 * @param image how things stand with the image
 * @param schema how things stand with the database
 * @param condemned images that were rolled back before
 * @param past the service's releases as far as they are known, oldest first
 */
public record PlanInput(
    Release release, Image image, Schema schema, Set<ImageIdentity> condemned, List<Release> past) {
  public PlanInput {
    condemned = Set.copyOf(condemned);
    past = List.copyOf(past);
  }

  /** What would be put back, where it is known. */
  Optional<ImageIdentity> target() {
    return release.previousImage().map(ref -> new ImageIdentity(ref, image.ids().target()));
  }

  /**
   * How things stand with the image.
   *
   * @param platform the platform's name; empty when none is configured
   * @param running what runs now, where it is known
   * @param present what is known of the target, such as its size; empty when it is not there
   * @param problem why the platform could not be asked, or why the target is not there
   * @param stopBlocker why the platform cannot stop the application; empty when it can
   * @param ids the ids of what runs and of the target, where the platform has them
   * @param sideEffects what else would be lost or broken
   */
  public record Image(
      Optional<String> platform,
      Optional<ImageRef> running,
      Optional<String> present,
      Optional<String> problem,
      Optional<String> stopBlocker,
      Ids ids,
      SideEffects sideEffects) {

    /**
     * Ids of images.
     *
     * @param running of what runs
     * @param target of what would be put back
     */
    public record Ids(Optional<String> running, Optional<String> target) {
      /** No id is known. */
      public static final Ids NONE = new Ids(Optional.empty(), Optional.empty());
    }

    /** Where the platform has no ids, and nothing else would be lost. */
    public Image(
        Optional<String> platform,
        Optional<ImageRef> running,
        Optional<String> present,
        Optional<String> problem,
        Optional<String> stopBlocker) {
      this(platform, running, present, problem, stopBlocker, Ids.NONE, SideEffects.NONE);
    }

    Optional<ImageIdentity> identity() {
      return running.map(ref -> new ImageIdentity(ref, ids.running()));
    }
  }

  /**
   * How things stand with the database.
   *
   * @param configured whether the service has migrations
   * @param applied what is applied, in the order of application
   * @param problem why the database could not be asked
   * @param backupBlocker why no backup can be taken; empty when it can
   * @param sessionsKnown whether the service's own sessions can be told from others
   * @param tried what came of those downs that were tried on a copy
   * @param caveat what is not known of what the release did; empty when all is
   * @param clock what the database's own clock says; empty where it could not be read
   * @param rights what the role that runs the downs lacks
   */
  public record Schema(
      boolean configured,
      List<Applied> applied,
      Optional<String> problem,
      Optional<String> backupBlocker,
      boolean sessionsKnown,
      List<TrialResult> tried,
      Optional<String> caveat,
      Optional<Instant> clock,
      DownRights rights) {
    public Schema {
      applied = List.copyOf(applied);
      tried = List.copyOf(tried);
    }

    /** Whether the down of a migration was tried and does not restore the schema. */
    boolean isIrreversible(Applied migration) {
      return tried.stream()
          .anyMatch(each -> each.impossible() && each.version().equals(migration.version()));
    }

    /** Whether it is unknown what the down of a migration does to rows, and nothing tells. */
    boolean isUncheckable(Applied migration) {
      return tried.stream()
          .anyMatch(each -> each.uncheckable() && each.version().equals(migration.version()));
    }

    /** What taking a migration back may lose now, in words; empty when nothing is known to be. */
    Optional<String> lost(Applied migration) {
      return tried.stream()
          .filter(each -> !each.lost().isEmpty() && each.version().equals(migration.version()))
          .findFirst()
          .map(each -> String.join("; ", each.lost()));
    }

    /** Where all is known of what the release did, and nothing was tried. */
    public Schema(
        boolean configured,
        List<Applied> applied,
        Optional<String> problem,
        Optional<String> backupBlocker,
        boolean sessionsKnown) {
      this(
          configured,
          applied,
          problem,
          backupBlocker,
          sessionsKnown,
          List.of(),
          Optional.empty(),
          Optional.empty(),
          DownRights.NONE);
    }
  }
}
