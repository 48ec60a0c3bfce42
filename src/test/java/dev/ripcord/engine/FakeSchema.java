package dev.ripcord.engine;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Kind;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.proof.RevertCost;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Schema;
import dev.ripcord.port.SchemaException;
import dev.ripcord.rollback.DownRights;
import dev.ripcord.rollback.Salvaged;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A database in memory with one migration, {@code 01_a}: a test says what fails. */
public final class FakeSchema implements Schema {
  static final String DOWN = "DROP TABLE a;";
  public static final String CHECKSUM = Checksum.of(DOWN);

  /** What was asked, in order. */
  public final List<String> calls = new ArrayList<>();

  /** The next downs fail with these. */
  public final Deque<SchemaException> failures = new ArrayDeque<>();

  /** Whether a down that fails is done all the same: only its answer is lost. */
  public boolean failsAfterwards;

  /** Whether nothing can be asked. */
  public boolean away;

  /** Why no backup can be taken. */
  public Optional<String> blocker = Optional.empty();

  /** Whether a backup and a down go on until they are broken off. */
  public boolean hangs;

  /** What a down says while it goes on. */
  public Optional<String> says = Optional.empty();

  /** What the down would delete now, in words. */
  public List<String> losses = List.of();

  /** What the role lacks. */
  public DownRights rights = DownRights.NONE;

  /** What a down keeps. */
  public List<Salvaged> kept = List.of();

  private boolean isApplied = true;

  @Override
  public Future<List<Applied>> applied() {
    return away
        ? Future.failedFuture(SchemaException.unanswered("cannot reach database shop"))
        : Future.succeededFuture(isApplied ? List.of(migration()) : List.of());
  }

  private static Applied migration() {
    return new Applied(
        1,
        new Version("01"),
        "a",
        Kind.ofName("a"),
        Optional.of("v42"),
        Instant.EPOCH,
        false,
        "up",
        Optional.of(DOWN),
        Optional.of(CHECKSUM),
        Optional.empty());
  }

  @Override
  public Future<List<RevertCost>> waysBack(List<Applied> migrations) {
    return Future.succeededFuture(
        losses.isEmpty()
            ? List.of()
            : migrations.stream()
                .map(
                    each ->
                        new RevertCost(each.version(), Optional.empty(), Map.of(), Map.of())
                            .counted(losses))
                .toList());
  }

  @Override
  public Future<DownRights> rights(List<Applied> migrations) {
    calls.add("rights");
    return Future.succeededFuture(rights);
  }

  @Override
  public Future<Reverted> down(
      Applied migration, String release, Permit permit, Consumer<String> meanwhile) {
    says.ifPresent(meanwhile);
    return down(migration, release, permit);
  }

  @Override
  public Future<Reverted> down(Applied migration, String release, Permit permit) {
    calls.add("down");
    if (hangs) {
      return untilBrokenOff(permit).map(Reverted::new);
    }
    SchemaException failure = failures.poll();
    if (failure == null || failsAfterwards) {
      isApplied = false;
    }
    return failure == null
        ? Future.succeededFuture(new Reverted("01_a reverted", kept))
        : Future.failedFuture(failure);
  }

  @Override
  public Future<String> drained(Instant before, Duration budget, Permit permit) {
    return Future.succeededFuture("no session is left");
  }

  @Override
  public Future<Optional<String>> backupBlocker() {
    return Future.succeededFuture(blocker);
  }

  @Override
  public Future<String> backup(Path file, Permit permit) {
    calls.add("backup");
    return hangs ? untilBrokenOff(permit) : Future.succeededFuture("dumped");
  }

  private static Future<String> untilBrokenOff(Permit permit) {
    Promise<String> ended = Promise.promise();
    permit.revoked().onComplete(x -> ended.fail(new SchemaException("it was ended")));
    return ended.future();
  }
}
