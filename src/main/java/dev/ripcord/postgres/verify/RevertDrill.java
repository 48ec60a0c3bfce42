package dev.ripcord.postgres.verify;

import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.ScriptSource;
import dev.ripcord.postgres.StatementFailure;
import dev.ripcord.postgres.shadow.ShadowCopy;
import dev.ripcord.postgres.shadow.ShadowScript;
import dev.ripcord.postgres.shadow.ShadowServer;
import dev.ripcord.postgres.shadow.ShadowSession;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rehearses the downs of a rollback on a scratch copy of the database: its schema as it is now, and
 * some of its rows. The live database is only read. May be called from any thread; never blocks.
 */
public final class RevertDrill {
  private final Vertx vertx;
  private final Database database;
  private final ShadowChoice shadow;
  private final LongSupplier nanos;
  private final AtomicReference<@Nullable ShadowServer> running = new AtomicReference<>();

  /**
   * Opens nothing yet.
   *
   * @param shadow on which server the copy is made
   * @param nanos a clock for durations, as {@code System::nanoTime}
   */
  public RevertDrill(Vertx vertx, Database database, ShadowChoice shadow, LongSupplier nanos) {
    this.vertx = vertx;
    this.database = database;
    this.shadow = shadow;
    this.nanos = nanos;
  }

  /**
   * What came of it.
   *
   * @param copying how long the copy took
   * @param gaps what of the database could not be copied, in words
   * @param downs those that were run, in order; the last one may have failed
   */
  public record Rehearsed(Duration copying, List<String> gaps, List<Down> downs) {
    public Rehearsed {
      gaps = List.copyOf(gaps);
      downs = List.copyOf(downs);
    }

    /** Whether all downs went well. */
    public boolean isGood() {
      return downs.stream().allMatch(each -> each.failure().isEmpty());
    }
  }

  /**
   * A down that was run.
   *
   * @param label of the migration
   * @param took how long it took on the copy
   * @param failure why it failed; empty when it did not
   */
  public record Down(String label, Duration took, Optional<String> failure) {}

  /**
   * Runs downs one after the other, as far as they go.
   *
   * @param downs in the order of the plan
   * @return failed with a {@link dev.ripcord.port.SchemaException} when no copy can be made
   */
  public Future<Rehearsed> rehearse(List<Applied> downs) {
    return database.onThread("drill", () -> run(downs));
  }

  /** Drops what there is of the copy, for a program that is interrupted. Blocks. */
  public void abandon() {
    ShadowServer server = running.get();
    if (server != null) {
      server.abandon();
    }
  }

  private Rehearsed run(List<Applied> downs) {
    long began = nanos.getAsLong();
    try (ShadowServer server = ShadowServer.open(vertx, database, shadow)) {
      running.set(server);
      ShadowCopy.Shadow copy = new ShadowCopy(vertx, server, true).make();
      Duration copying = since(began);
      List<Down> done = new ArrayList<>();
      try (ShadowSession session = new ShadowSession(server, copy.name())) {
        for (Applied each : downs) {
          Down down = run(session, each);
          done.add(down);
          if (down.failure().isPresent()) {
            break;
          }
        }
      }
      return new Rehearsed(copying, copy.gaps(), done);
    } finally {
      running.set(null);
    }
  }

  private Down run(ShadowSession session, Applied applied) {
    SourceFile text = new SourceFile(applied.label() + " (as stored)", applied.down().orElse(""));
    Script script = text.script();
    ShadowScript down =
        new ShadowScript(
            new ScriptSource(applied.label(), text.name(), script),
            script.runsOutsideTransaction() || RevertSelection.saysNoTransaction(text));
    long began = nanos.getAsLong();
    try {
      session.run(down);
      return new Down(applied.label(), since(began), Optional.empty());
    } catch (StatementFailure failure) {
      return new Down(applied.label(), since(began), Optional.of(failure.firstLine()));
    }
  }

  private Duration since(long began) {
    return Duration.ofNanos(nanos.getAsLong() - began);
  }
}
