package dev.ripcord.postgres.verify;

import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.proof.Finding;
import dev.ripcord.migration.proof.Proof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.shadow.ShadowCopy;
import dev.ripcord.postgres.shadow.ShadowServer;
import dev.ripcord.postgres.shadow.ShadowSession;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Proves that migrations can be reverted, on a scratch copy of the database on its server. The live
 * database is only read, in a transaction that cannot write; every session that runs a migration is
 * one in a shadow.
 *
 * <p>A long sequence with branches, which runs on a virtual thread of its own. May be called from
 * any thread.
 */
public final class ProofRunner {
  private final Vertx vertx;
  private final Database database;
  private final boolean realRows;
  private final ShadowChoice shadow;
  private final Consumer<String> progress;
  private final AtomicReference<@Nullable ShadowServer> running = new AtomicReference<>();

  /**
   * Opens nothing yet.
   *
   * @param realRows whether some rows of the live tables are copied to the shadow
   * @param shadow on which server the copy is made
   * @param progress is called with what is being done, in words, from the proof's own thread
   */
  public ProofRunner(
      Vertx vertx,
      Database database,
      boolean realRows,
      ShadowChoice shadow,
      Consumer<String> progress) {
    this.vertx = vertx;
    this.database = database;
    this.realRows = realRows;
    this.shadow = shadow;
    this.progress = progress;
  }

  /**
   * Proves migrations that are to be applied one after the other, each as the next one, and then
   * all of them on the down, the last first. Fails with a {@link SchemaException} when the database
   * cannot be reached or copied.
   */
  public Future<List<Proof>> inOrder(List<MigrationFile> files) {
    return database.onThread(
        "proof", () -> withShadow(files, (server, copied) -> sequence(server, copied, files)));
  }

  /** Proves each migration on its own, as if it were the next one; fails as {@link #inOrder}. */
  public Future<List<Proof>> eachAlone(List<MigrationFile> files) {
    return database.onThread(
        "proof",
        () ->
            withShadow(
                files,
                (server, copied) -> {
                  List<Proof> proofs = new ArrayList<>();
                  for (MigrationFile file : files) {
                    String copy = server.copy(copied.name());
                    ShadowCopy.Shadow own =
                        new ShadowCopy.Shadow(copy, copied.gaps(), copied.differences());
                    proofs.addAll(sequence(server, own, List.of(file)));
                    server.drop(copy);
                  }
                  return proofs;
                }));
  }

  /** Drops what there is of shadows, for a program that is interrupted. Blocks. */
  public void abandon() {
    ShadowServer server = running.get();
    if (server != null) {
      server.abandon();
    }
  }

  /** Work on a shadow. */
  private interface Work {
    List<Proof> on(ShadowServer server, ShadowCopy.Shadow shadow);
  }

  private List<Proof> withShadow(List<MigrationFile> files, Work work) {
    try (ShadowServer server = ShadowServer.open(vertx, database, shadow)) {
      running.set(server);
      server.refuseMissing(files);
      progress.accept(
          "copying the schema of "
              + database.label()
              + (server.isEmbedded() ? " to a shadow on this machine" : " to a shadow"));
      return work.on(server, new ShadowCopy(vertx, server, realRows).make());
    } finally {
      running.set(null);
    }
  }

  private List<Proof> sequence(
      ShadowServer server, ShadowCopy.Shadow shadow, List<MigrationFile> files) {
    List<ProofTrial> trials = new ArrayList<>();
    try (ShadowSession stage = new ShadowSession(server, shadow.name())) {
      boolean goesOn = true;
      for (MigrationFile file : files) {
        ProofTrial trial = new ProofTrial(stage, file, shadow.differences());
        progress.accept("trying " + file.label());
        if (goesOn) {
          goesOn = trial.run();
        } else {
          String why = "was not tried, since " + trials.getLast().file().label() + " was not";
          boolean shut =
              trials.getLast().findings().stream()
                  .anyMatch(each -> each.verdict() == Verdict.IMPOSSIBLE);
          trial.findings().add(shut ? new Finding.Blocked(why) : new Finding.Unknown(why));
        }
        trials.add(trial);
      }
      if (goesOn) {
        back(trials);
      }
    }
    return trials.stream().map(trial -> proof(trial, shadow)).toList();
  }

  /** Takes all back for good, the last first, as far as each one's own down holds. */
  private static void back(List<ProofTrial> trials) {
    Set<String> known = new HashSet<>();
    String above = "";
    for (ProofTrial trial : trials.reversed()) {
      if (trial.findings().stream().anyMatch(each -> each.verdict() == Verdict.IMPOSSIBLE)) {
        return;
      }
      trial.findings().forEach(each -> known.add(each.text()));
      for (Finding finding : trial.back()) {
        if (known.add(finding.text()) && !above.isEmpty()) {
          String text = "reverted after " + above + ": " + finding.text();
          trial.findings().add(new Finding.Blocked(text));
        } else if (above.isEmpty() && finding instanceof Finding.Blocked) {
          trial.findings().add(finding);
        }
      }
      above = trial.file().label();
    }
  }

  private static Proof proof(ProofTrial trial, ShadowCopy.Shadow shadow) {
    List<Finding> findings = new ArrayList<>(trial.findings());
    shadow.gaps().forEach(gap -> findings.add(new Finding.Unknown(gap)));
    return Proof.of(trial.file().version(), trial.file().name(), findings, trial.locks());
  }
}
