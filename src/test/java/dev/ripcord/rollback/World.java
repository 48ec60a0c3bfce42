package dev.ripcord.rollback;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Kind;
import dev.ripcord.migration.Version;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A world for tests: release v42 runs on {@code shop:42} and {@code shop:41} could be put back;
 * nothing is migrated until told.
 */
final class World {
  static final Policy USUAL =
      new Policy(
          Order.AUTO, false, Policy.Backup.AUTO, Policy.Scope.BOTH, Duration.ofMinutes(5), 3);
  static final Instant NOW = Instant.parse("2026-01-02T03:00:00Z");

  Optional<ImageRef> image = Optional.of(new ImageRef("shop:42"));
  Optional<ImageRef> previous = Optional.of(new ImageRef("shop:41"));
  Optional<String> platform = Optional.of("docker");
  Optional<ImageRef> running = Optional.of(new ImageRef("shop:42"));
  Optional<String> present = Optional.of("38 MB");
  Optional<String> imageProblem = Optional.empty();
  boolean configured = true;
  Optional<String> caveat = Optional.empty();
  Optional<String> schemaProblem = Optional.empty();
  Optional<String> backupBlocker = Optional.empty();
  Optional<Instant> databaseClock = Optional.empty();
  boolean sessionsKnown;
  Optional<String> stopBlocker = Optional.empty();
  Set<ImageRef> condemned = Set.of();
  List<Release> past = List.of();
  List<TrialResult> tried = List.of();
  DownRights rights = DownRights.NONE;
  final List<Applied> applied = new ArrayList<>();

  /** One more migration that only adds. */
  World adds(String release, String label) {
    return applies(release, label, true, Optional.of("DROP TABLE t" + applied.size()));
  }

  /** One more migration that old code may not live with. */
  World changes(String release, String label) {
    return applies(release, label, false, Optional.of("UPDATE t SET n = n - " + applied.size()));
  }

  World applies(String release, String label, boolean additive, Optional<String> down) {
    applied.add(
        migration(
            applied.size() + 1,
            label,
            release.isEmpty() ? Optional.empty() : Optional.of(release),
            additive,
            down,
            down.map(World::sha256),
            Optional.empty()));
    return this;
  }

  static Applied migration(
      long order,
      String label,
      Optional<String> release,
      boolean additive,
      Optional<String> down,
      Optional<String> downChecksum,
      Optional<String> irreversible) {
    String name = label.substring(label.indexOf('_') + 1);
    return new Applied(
        order,
        new Version(label.substring(0, label.indexOf('_'))),
        name,
        Kind.ofName(name),
        release,
        NOW,
        additive,
        "up",
        down,
        downChecksum,
        irreversible);
  }

  static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  PlanInput situation() {
    return new PlanInput(
        new Release(new ServiceName("shop"), "v42", image, previous),
        new PlanInput.Image(platform, running, present, imageProblem, stopBlocker),
        new PlanInput.Schema(
            configured,
            applied,
            schemaProblem,
            backupBlocker,
            sessionsKnown,
            tried,
            caveat,
            databaseClock,
            rights),
        condemned.stream().map(ImageIdentity::named).collect(Collectors.toSet()),
        past);
  }

  /** The plan under a policy; fails when there is none. */
  Plan plan(Policy policy) {
    return possible(policy).plan();
  }

  Planned.Possible possible(Policy policy) {
    return switch (Planner.plan(situation(), policy)) {
      case Planned.Possible possible -> possible;
      case Planned.Impossible impossible ->
          throw new AssertionError("no plan: " + impossible.refusals());
    };
  }

  /** The reasons why there is no plan; fails when there is one. */
  List<Refusal> refusals(Policy policy) {
    return switch (Planner.plan(situation(), policy)) {
      case Planned.Possible possible ->
          throw new AssertionError("a plan: " + possible.plan().steps());
      case Planned.Impossible impossible -> impossible.refusals();
    };
  }

  static Policy order(Order order) {
    return new Policy(
        order,
        USUAL.stopFirst(),
        USUAL.backup(),
        USUAL.scope(),
        USUAL.verify(),
        USUAL.verifyPolls());
  }

  static Policy stopFirst() {
    return new Policy(
        USUAL.order(), true, USUAL.backup(), USUAL.scope(), USUAL.verify(), USUAL.verifyPolls());
  }

  static Policy backup(Policy.Backup backup) {
    return new Policy(
        USUAL.order(),
        USUAL.stopFirst(),
        backup,
        USUAL.scope(),
        USUAL.verify(),
        USUAL.verifyPolls());
  }
}
