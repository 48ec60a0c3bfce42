package dev.ripcord.postgres;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Choice;
import dev.ripcord.migration.Folder;
import dev.ripcord.migration.History;
import dev.ripcord.migration.MigrationFile;
import dev.ripcord.migration.Ups;
import dev.ripcord.port.SchemaException;
import dev.ripcord.proof.Check;
import dev.ripcord.proof.StoredProof;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies migrations to a database and takes them back: one run at a time, each migration together
 * with its record in one transaction, exactly once however often a run is killed and begun again.
 *
 * <p>What is run is chosen under the lock, from the history as it then is. Its methods may be
 * called from any thread and never block: each run is a long sequence with branches and must tidy
 * up on every way out, so it runs on a virtual thread of its own, outside of any Vert.x context.
 */
public final class MigrationRunner {
  private static final Logger LOG = LoggerFactory.getLogger(MigrationRunner.class);

  private final Vertx vertx;
  private final Database database;
  private final MigrationSetup setup;
  private final LongSupplier nanos;
  private final Consumer<MigrationOutcome.Step> progress;
  private final MigrationTables tables;
  private final MigrationHistory history;

  /**
   * Nothing is opened before the first call.
   *
   * @param nanos a clock for durations, as {@code System::nanoTime}
   * @param progress is told each migration when it is done, from the run's own thread
   */
  public MigrationRunner(
      Vertx vertx,
      Database database,
      MigrationSetup setup,
      LongSupplier nanos,
      Consumer<MigrationOutcome.Step> progress) {
    this.vertx = vertx;
    this.database = database;
    this.setup = setup;
    this.nanos = nanos;
    this.progress = progress;
    this.tables = new MigrationTables(setup.schema());
    this.history = new MigrationHistory(tables);
  }

  /** Applies all of a folder that is pending. */
  public Future<MigrationOutcome> upAll(Folder folder, MigrationNote note) {
    return up(past -> new Ups(folder, past).all(), note);
  }

  /**
   * Applies what is chosen. Fails with a {@link SchemaException} when the database cannot be
   * reached or another run does not end.
   */
  public Future<MigrationOutcome> up(
      Function<History, Choice<MigrationFile>> choose, MigrationNote note) {
    return locked(
        desk -> {
          RunnerBooks books = new RunnerBooks(tables, note);
          RunnerUp up = new RunnerUp(desk, books);
          return run(
              desk,
              past -> savepoint(RunnerReach.up(choose.apply(past)), past, desk, note),
              (file, steps) -> up.apply(file));
        });
  }

  /** Takes back what is chosen, in the chosen order; fails as {@link #up}. */
  public Future<MigrationOutcome> down(
      Function<History, Choice<Applied>> choose, MigrationNote note) {
    return locked(
        desk -> {
          RunnerDown down = new RunnerDown(desk, new RunnerBooks(tables, note));
          return run(
              desk,
              past -> RunnerReach.down(choose.apply(past)),
              (applied, steps) -> down.revert(applied));
        });
  }

  /** What the database remembers; needs no lock and makes nothing. */
  public Future<MigrationStatus> status() {
    return onThread(
        () -> {
          try (MigrationSession session = MigrationSession.open(vertx, database)) {
            return new MigrationStatus(
                history.records(session.client()).await(),
                history.history(session.client()).await(),
                history.interrupted(session.client()).await());
          }
        });
  }

  /** The verdicts that are stored; needs no lock and makes nothing. */
  public Future<List<StoredProof>> proofs() {
    return onThread(
        () -> {
          try (MigrationSession session = MigrationSession.open(vertx, database)) {
            return new ProofStore(tables).read(session);
          }
        });
  }

  /**
   * How many rows of the live data are against each check, by its SQL; less than 0 where a check
   * cannot be counted, which counts as against it. Reads only.
   */
  public Future<Map<String, Long>> counts(List<Check> checks) {
    return onThread(
        () -> {
          try (MigrationSession session = MigrationSession.open(vertx, database)) {
            return ProofStore.counts(session, checks);
          }
        });
  }

  /** Stores verdicts beside the history; fails as {@link #up}. */
  public Future<Void> store(List<StoredProof> proofs) {
    return locked(
            desk -> {
              new ProofStore(tables).store(desk.door(), proofs);
              return new MigrationOutcome.Done(List.of());
            })
        .mapEmpty();
  }

  /** Sets a savepoint at the present state. */
  public Future<Void> savepoint(String name, MigrationNote note) {
    return locked(
            desk -> {
              new RunnerBooks(tables, note).savepoint(desk.door(), name);
              return new MigrationOutcome.Done(List.of());
            })
        .mapEmpty();
  }

  private Choice<MigrationFile> savepoint(
      Choice<MigrationFile> choice, History past, RunnerDesk desk, MigrationNote note) {
    if (choice instanceof Choice.Chosen<MigrationFile>(List<MigrationFile> files)
        && !files.isEmpty()
        && note.savepoint().isPresent()
        && !isOwn(past, note)) {
      new RunnerBooks(tables, note).savepoint(desk.door(), note.savepoint().get());
    }
    return choice;
  }

  /** Whether the savepoint was set for this same release, in a run that broke off. */
  private static boolean isOwn(History past, MigrationNote note) {
    return note.release().isPresent()
        && past.savepoint(note.savepoint().orElse(""))
            .filter(set -> set.release().equals(note.release()))
            .filter(
                set ->
                    past.applied().stream()
                        .filter(each -> each.order() > set.order())
                        .allMatch(each -> each.release().equals(note.release())))
            .isPresent();
  }

  private <T> MigrationOutcome run(
      RunnerDesk desk,
      Function<History, Choice<T>> choose,
      BiFunction<T, List<MigrationOutcome.Step>, MigrationOutcome.Step> act) {
    History past = history.history(desk.door().client()).await();
    List<MigrationOutcome.Step> steps = new ArrayList<>();
    return switch (choose.apply(past)) {
      case Choice.Refused<T>(List<String> reasons) ->
          new MigrationOutcome.Refused(reasons, List.of());
      case Choice.Chosen<T>(List<T> items) -> {
        try {
          for (T item : items) {
            MigrationOutcome.Step step = act.apply(item, steps);
            steps.add(step);
            LOG.info("{} done in {} ms", step.label(), step.took().toMillis());
            progress.accept(step);
          }
          yield new MigrationOutcome.Done(steps);
        } catch (RunnerRefusal refusal) {
          yield new MigrationOutcome.Refused(List.of(refusal.getMessage()), steps);
        } catch (RunnerFailure failure) {
          yield failed(failure.getMessage() + "\n  The database is as before this file.", steps);
        } catch (RunnerHalt halt) {
          yield failed(halt.getMessage(), steps);
        } catch (PgException failure) {
          yield failed("database " + database.label() + ": " + failure.getErrorMessage(), steps);
        } catch (VertxException lost) {
          yield failed(
              "The connection to database "
                  + database.label()
                  + " was lost. What was not committed is undone; run it again.",
              steps);
        }
      }
    };
  }

  private static MigrationOutcome failed(String message, List<MigrationOutcome.Step> steps) {
    String stay =
        steps.isEmpty()
            ? ""
            : " " + steps.getLast().label() + " and what came before it stay done.";
    LOG.error("migration failed: {}", message);
    return new MigrationOutcome.Failed(message + stay, steps);
  }

  private Future<MigrationOutcome> locked(Function<RunnerDesk, MigrationOutcome> body) {
    return onThread(
        () -> {
          RunnerPause pause = new RunnerPause(vertx, nanos);
          MigrationLock lock = new MigrationLock(pause, nanos, setup.lockWait());
          try (MigrationSession door = MigrationSession.open(vertx, database)) {
            lock.take(door, MigrationLock.doorKey(setup.schema()));
            tables.make(door);
            try (MigrationSession work = MigrationSession.open(vertx, database)) {
              lock.take(work, MigrationLock.workKey(setup.schema()));
              return body.apply(new RunnerDesk(vertx, door, work, tables, setup, nanos));
            }
          }
        });
  }

  private <T> Future<T> onThread(Callable<T> body) {
    Promise<T> promise = Promise.promise();
    Thread.ofVirtual()
        .name("migration")
        .start(
            () -> {
              try {
                promise.complete(body.call());
              } catch (Throwable failure) {
                promise.fail(database.explain(failure));
              }
            });
    return promise.future();
  }
}
