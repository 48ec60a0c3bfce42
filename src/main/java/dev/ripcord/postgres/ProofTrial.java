package dev.ripcord.postgres;

import dev.ripcord.migration.MigrationFile;
import dev.ripcord.migration.Reach;
import dev.ripcord.migration.Script;
import dev.ripcord.migration.SourceFile;
import dev.ripcord.migration.Statement;
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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

  /** Why a file cannot be tried or taken back at all; empty when it can. */
  private Optional<String> hindrance() {
    if (file.header().irreversible().isPresent()) {
      return Optional.of("no way back: " + file.header().irreversible().get());
    }
    if (file.down().isEmpty()) {
      return Optional.of("there is no down file");
    }
    Script down = Script.parse(file.down().get().text());
    if (!down.flaws().isEmpty()) {
      return Optional.of(
          file.down().get().name()
              + ":"
              + down.flaws().getFirst().line()
              + ": "
              + down.flaws().getFirst().text());
    }
    return down.work().isEmpty()
        ? Optional.of(file.down().get().name() + " undoes nothing")
        : Optional.empty();
  }

  private Optional<String> untriable() {
    for (SourceFile source : Stream.concat(Stream.of(file.up()), file.down().stream()).toList()) {
      Script script = Script.parse(source.text());
      if (!script.flaws().isEmpty()) {
        return Optional.of(
            source.name()
                + ":"
                + script.flaws().getFirst().line()
                + ": "
                + script.flaws().getFirst().text());
      }
      for (Statement statement : script.work()) {
        String place = source.name() + ":" + statement.line() + ": ";
        if (statement.copies()) {
          return Optional.of(place + "COPY … FROM stdin and TO stdout cannot be run yet");
        }
        Optional<String> beyond = Reach.beyondDatabase(statement);
        if (beyond.isPresent()) {
          return Optional.of(
              place
                  + "was not tried, since "
                  + beyond.get()
                  + " reaches beyond one database and a shadow cannot hold it");
        }
      }
    }
    return Optional.empty();
  }

  /** Tries everything; whether the migration is applied to the shadow at the end. */
  boolean run() {
    Optional<String> hindrance = hindrance();
    hindrance.ifPresent(why -> findings.add(new Finding.Blocked(why)));
    Optional<String> untriable = untriable();
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
    ProofProbes probes = new ProofProbes(stage, file, up, down, findings);
    if (!up.alone()) {
      Shape preview = preview(up);
      Probes plan = new Probes(shapeBefore, preview, shapeBefore, named(preview));
      probes.earlier(plan, start.contents());
    }
    up.run(stage.session());
    Moment applied = Moment.of(stage.session());
    Shape shapeAfter = new ShapeReader(stage.session()).read();
    Optional<Plain> plain = plain(up, down, start, inserts, applied.contents());
    boolean open = findings.stream().noneMatch(each -> each.verdict() == Verdict.IMPOSSIBLE);
    if (open && plain.isPresent()) {
      Probes plan = new Probes(shapeBefore, shapeAfter, plain.get().shape(), named(shapeAfter));
      ProofProbes.Rows rows =
          new ProofProbes.Rows(start.contents(), applied.contents(), plain.get().noise());
      probes.later(plan, rows, inserts);
      Set<String> tables =
          shapeBefore.tables().stream().map(Shape.Table::name).collect(Collectors.toSet());
      findings.addAll(Loosened.in(start.fingerprint().against(applied.fingerprint()), tables));
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
      try {
        trial.run(down);
      } catch (RunnerFailure failure) {
        findings.add(new Finding.Blocked("the down fails: " + first(failure)));
        return Optional.empty();
      }
      locks.addAll(reader.taken("down"));
      Moment after = Moment.of(trial.session());
      findings.addAll(start.against(after));
      trial.write(
          () ->
              inserts
                  .refused(trial.session())
                  .forEach(text -> findings.add(new Finding.Blocked(text))));
      Shape shape = new ShapeReader(trial.session()).read();
      return Optional.of(new Plain(shape, again(trial, up, between)));
    }
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
