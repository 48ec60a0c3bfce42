package dev.ripcord.postgres;

import dev.ripcord.migration.MigrationFile;
import dev.ripcord.migration.Reach;
import dev.ripcord.migration.Script;
import dev.ripcord.migration.SessionTraces;
import dev.ripcord.migration.SourceFile;
import dev.ripcord.proof.Contents;
import dev.ripcord.proof.Difference;
import dev.ripcord.proof.Finding;
import dev.ripcord.proof.Fingerprint;
import dev.ripcord.proof.LockTaken;
import dev.ripcord.proof.Loosened;
import dev.ripcord.proof.Loss;
import dev.ripcord.proof.Probes;
import dev.ripcord.proof.Shape;
import dev.ripcord.proof.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tries one migration on the shadow as if it were the next one: up, down and a comparison; then the
 * same with rows written in between, each write on its own. At the end it is applied. Used once.
 */
final class ProofTrial {
  private final ShadowStage stage;
  private final MigrationFile file;
  private final List<Finding> findings = new ArrayList<>();
  private final List<LockTaken> locks = new ArrayList<>();
  private @Nullable Moment before;

  ProofTrial(ShadowStage stage, MigrationFile file) {
    this.stage = stage;
    this.file = file;
  }

  /**
   * A database at one moment.
   *
   * @param fingerprint the catalog
   * @param contents the rows
   */
  record Moment(Fingerprint fingerprint, Contents contents) {
    static Moment of(MigrationSession session) {
      FingerprintReader reader = new FingerprintReader(session);
      return new Moment(reader.fingerprint(), reader.contents());
    }

    /** What is not as it was, later. */
    List<Finding> against(Moment after) {
      List<Finding> found = new ArrayList<>();
      for (Difference difference : fingerprint.against(after.fingerprint)) {
        found.add(new Finding.Differs(difference));
      }
      contents.against(after.contents).forEach(loss -> found.add(new Finding.Lost(loss)));
      return found;
    }
  }

  List<Finding> findings() {
    return findings;
  }

  List<LockTaken> locks() {
    return locks;
  }

  MigrationFile file() {
    return file;
  }

  /** Tries everything; whether the migration is applied to the shadow at the end. */
  boolean run() {
    Optional<String> hindrance = Hindrance.ofTheWayBack(file);
    hindrance.ifPresent(why -> findings.add(new Finding.Blocked(why)));
    Optional<String> untriable = Hindrance.ofTheTrial(file);
    if (untriable.isPresent()) {
      if (hindrance.isEmpty()) {
        findings.add(new Finding.Blocked(untriable.get()));
      }
      return false;
    }
    ShadowScript up = ShadowScript.up(file);
    try {
      if (hindrance.isPresent()) {
        up.run(stage.session());
      } else {
        prove(up, ShadowScript.down(file, file.down().orElseThrow()));
      }
      return true;
    } catch (UpFailure failure) {
      findings.add(new Finding.Blocked("the up fails on the shadow: " + failure.getMessage()));
      return false;
    } catch (RunnerFailure failure) {
      findings.add(new Finding.Blocked("the up fails on the shadow: " + first(failure)));
      return false;
    }
  }

  /** Takes it back for good, and says what is not as it was before its up. */
  List<Finding> back(MigrationSession session) {
    try {
      ShadowScript.down(file, file.down().orElseThrow()).run(session);
    } catch (RunnerFailure failure) {
      return List.of(new Finding.Blocked("the down fails: " + first(failure)));
    }
    return before == null ? List.of() : before.against(Moment.of(session));
  }

  /** The up could not be applied. */
  private static final class UpFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UpFailure(String message) {
      super(message);
    }
  }

  private void prove(ShadowScript up, ShadowScript down) {
    Moment start = Moment.of(stage.session());
    before = start;
    Shape shapeBefore = new ShapeReader(stage.session()).read();
    NextInserts inserts;
    try (ShadowTrial trial = ShadowTrial.inTransaction(stage)) {
      inserts = new NextInserts(trial.session(), shapeBefore);
    }
    ProbeTrial probes = new ProbeTrial(stage, file, up, down, findings);
    if (!up.alone()) {
      Shape preview = preview(up);
      Probes plan = new Probes(shapeBefore, preview, shapeBefore, named(preview));
      new ProbesEarlier(probes).run(plan, start.contents());
    }
    up.run(stage.session());
    if (SessionTraces.outlast(up.source().script())) {
      stage.close();
    }
    Moment applied = Moment.of(stage.session());
    Shape shapeAfter = new ShapeReader(stage.session()).read();
    if (up.alone()) {
      Probes plan = new Probes(shapeBefore, shapeAfter, shapeBefore, named(shapeAfter));
      new ProbesEarlier(probes).run(plan, start.contents());
    }
    Optional<Plain> plain = plain(up, down, start, inserts, applied.contents());
    boolean open = findings.stream().noneMatch(each -> each.verdict() == Verdict.IMPOSSIBLE);
    if (open && plain.isPresent()) {
      Probes plan = new Probes(shapeBefore, shapeAfter, plain.get().shape(), named(shapeAfter));
      ProbesLater.Rows rows =
          new ProbesLater.Rows(start.contents(), applied.contents(), plain.get().noise());
      new ProbesLater(probes).run(plan, rows, inserts);
      findings.addAll(
          Loosened.in(start.fingerprint(), applied.fingerprint(), shapeBefore, shapeAfter));
      changesRows();
    }
  }

  private Shape preview(ShadowScript up) {
    try (ShadowTrial trial = ShadowTrial.inTransaction(stage)) {
      LockReader reader = new LockReader(trial.session());
      try {
        trial.run(up);
      } catch (RunnerFailure failure) {
        throw new UpFailure(first(failure));
      }
      locks.addAll(reader.taken("up"));
      return new ShapeReader(trial.session()).read();
    }
  }

  /**
   * What came of a down without any write.
   *
   * @param shape the tables after it
   * @param noise what differs between two ups by itself
   */
  private record Plain(Shape shape, List<Loss> noise) {}

  /** The down without any write in between; empty when it fails. */
  private Optional<Plain> plain(
      ShadowScript up, ShadowScript down, Moment start, NextInserts inserts, Contents between) {
    boolean alone = up.alone() || down.alone();
    try (ShadowTrial trial = alone ? ShadowTrial.inCopy(stage) : ShadowTrial.inTransaction(stage)) {
      LockReader reader = new LockReader(trial.session());
      FingerprintReader fingerprints = new FingerprintReader(trial.session());
      Map<String, FingerprintReader.Position> ahead = new HashMap<>();
      trial.write(() -> ahead.putAll(fingerprints.takeNumbers()));
      try {
        trial.run(down);
      } catch (RunnerFailure failure) {
        findings.add(new Finding.Blocked("the down fails: " + first(failure)));
        return Optional.empty();
      }
      locks.addAll(reader.taken("down"));
      Moment after = Moment.of(trial.session());
      findings.addAll(start.against(after));
      findings.addAll(givenAgain(ahead, fingerprints.positions()));
      trial.write(
          () ->
              inserts
                  .refused(trial.session())
                  .forEach(text -> findings.add(new Finding.Blocked(text))));
      Shape shape = new ShapeReader(trial.session()).read();
      return Optional.of(new Plain(shape, again(trial, up, between)));
    }
  }

  private static List<Finding> givenAgain(
      Map<String, FingerprintReader.Position> ahead,
      Map<String, FingerprintReader.Position> after) {
    List<Finding> found = new ArrayList<>();
    after.forEach(
        (name, position) -> {
          if (position.isBehind(ahead.getOrDefault(name, position))) {
            String sequence = GuardSql.shown(name);
            found.add(
                new Finding.Unknown(
                    "the down sets sequence "
                        + sequence
                        + ", and what it gave out since the up may be given out again"));
          }
        });
    return found;
  }

  private List<Loss> again(ShadowTrial trial, ShadowScript up, Contents between) {
    try {
      trial.run(up);
      return between.against(new FingerprintReader(trial.session()).contents());
    } catch (RunnerFailure failure) {
      findings.add(
          new Finding.Unknown("the up cannot be applied again after the down: " + first(failure)));
      return List.of();
    }
  }

  /** Tables that a statement which may change rows names. */
  private Set<String> named(Shape shape) {
    Set<String> words = new HashSet<>(Reach.namesOfChanges(file.script()));
    file.down().ifPresent(down -> words.addAll(Reach.namesOfChanges(Script.parse(down.text()))));
    Set<String> named = new HashSet<>();
    for (Shape.Table table : shape.tables()) {
      String name = table.name().substring(table.name().lastIndexOf('.') + 1);
      if (words.contains(name.replace("\"", ""))) {
        named.add(table.name());
      }
    }
    return named;
  }

  /** Rows that were not tried may fare otherwise. */
  private void changesRows() {
    Stream<SourceFile> files = Stream.concat(Stream.of(file.up()), file.down().stream());
    files.forEach(
        source ->
            Script.parse(source.text()).work().stream()
                .filter(Reach::mayChangeRows)
                .findFirst()
                .ifPresent(
                    statement ->
                        findings.add(
                            new Finding.Unknown(
                                source.name()
                                    + ":"
                                    + statement.line()
                                    + " changes rows or calls what may; it was tried with "
                                    + "some rows only"))));
  }

  static String first(RunnerFailure failure) {
    return failure.getMessage().lines().findFirst().orElse("");
  }
}
