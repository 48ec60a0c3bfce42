package dev.ripcord.postgres.verify;

import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.proof.CatalogObject;
import dev.ripcord.migration.proof.Check;
import dev.ripcord.migration.proof.Contents;
import dev.ripcord.migration.proof.Difference;
import dev.ripcord.migration.proof.Finding;
import dev.ripcord.migration.proof.Fingerprint;
import dev.ripcord.migration.proof.LockTaken;
import dev.ripcord.migration.proof.Loss;
import dev.ripcord.migration.proof.RelaxedConstraints;
import dev.ripcord.migration.proof.Shape;
import dev.ripcord.migration.proof.TrialWrite;
import dev.ripcord.migration.proof.TrialWrites;
import dev.ripcord.migration.proof.UntestedRows;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.StatementScope;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.StatementFailure;
import dev.ripcord.postgres.catalog.FingerprintReader;
import dev.ripcord.postgres.catalog.LockReader;
import dev.ripcord.postgres.catalog.ObjectNames;
import dev.ripcord.postgres.catalog.ShapeReader;
import dev.ripcord.postgres.shadow.CopyDifferences;
import dev.ripcord.postgres.shadow.ShadowScript;
import dev.ripcord.postgres.shadow.ShadowSession;
import dev.ripcord.postgres.shadow.ShadowTrial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tries one migration on the shadow as if it were the next one: up, down and a comparison; then the
 * same with rows written in between, each write on its own. At the end it is applied. Used once.
 */
final class ProofTrial {
  private static final String OWN_CASTS =
      """
      SELECT EXISTS (SELECT FROM pg_cast c JOIN pg_proc p ON p.oid = c.castfunc
        WHERE p.pronamespace <> 'pg_catalog'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend d
          WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
      """;

  private final ShadowSession stage;
  private final MigrationFile file;
  private final List<Finding> findings = new ArrayList<>();
  private final List<LockTaken> locks = new ArrayList<>();
  private final Set<String> written = new TreeSet<>();
  private final CopyDifferences copy;
  private @Nullable Moment before;

  ProofTrial(ShadowSession stage, MigrationFile file, CopyDifferences copy) {
    this.stage = stage;
    this.file = file;
    this.copy = copy;
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
    Optional<String> blocker = ProofPrecheck.ofTheWayBack(file);
    blocker.ifPresent(why -> findings.add(new Finding.Blocked(why)));
    Optional<String> untriable = ProofPrecheck.ofTheTrial(file, copy.isolated());
    if (untriable.isPresent()) {
      if (blocker.isEmpty()) {
        findings.add(new Finding.Blocked(untriable.get()));
      }
      return false;
    }
    ShadowScript up = ShadowScript.up(file);
    try {
      if (blocker.isPresent()) {
        stage.run(up);
      } else {
        prove(up, ShadowScript.down(file, file.down().orElseThrow()));
      }
      return true;
    } catch (StatementFailure failure) {
      findings.add(copy.failed("the up fails on the shadow", failure, file.script()));
      return false;
    }
  }

  /** Takes it back for good, and says what is not as it was before its up. */
  List<Finding> back() {
    try {
      stage.run(ShadowScript.down(file, file.down().orElseThrow()));
    } catch (StatementFailure failure) {
      return List.of(copy.failed("the down fails", failure, down()));
    }
    return before == null ? List.of() : against(before, Moment.of(stage.session()));
  }

  private List<Finding> against(Moment start, Moment after) {
    UnnamedTableRows unnamed = new UnnamedTableRows(start.fingerprint(), file.script(), down());
    return unnamed.without(copy.judged(start.against(after)));
  }

  private Script down() {
    return file.down().map(SourceFile::script).orElseGet(() -> Script.parse(""));
  }

  private void prove(ShadowScript up, ShadowScript down) {
    Moment start = Moment.of(stage.session());
    before = start;
    findings.addAll(
        new UnnamedTableRows(start.fingerprint(), file.script(), down())
            .unread(start.contents().hidden()));
    Shape shapeBefore = new ShapeReader(stage.session()).read();
    ObjectNames names = names();
    TrialInserts inserts;
    try (ShadowTrial trial = ShadowTrial.inTransaction(stage)) {
      inserts = new TrialInserts(trial.session(), shapeBefore);
    }
    ProbeTrial probes = new ProbeTrial(stage, file, up, down, findings);
    if (!up.alone()) {
      Shape preview = preview(up);
      TrialWrites plan = new TrialWrites(shapeBefore, preview, shapeBefore, named(preview));
      new PreUpProbes(probes).run(plan, start.contents());
    }
    stage.run(up);
    Moment applied = Moment.of(stage.session());
    Shape shapeAfter = new ShapeReader(stage.session()).read();
    if (up.alone()) {
      TrialWrites plan = new TrialWrites(shapeBefore, shapeAfter, shapeBefore, named(shapeAfter));
      new PreUpProbes(probes).run(plan, start.contents());
    }
    Optional<Plain> plain =
        plain(up, down, new Start(start, shapeBefore, names, inserts), applied.contents());
    boolean open = findings.stream().noneMatch(each -> each.verdict() == Verdict.IMPOSSIBLE);
    if (open && plain.isPresent()) {
      TrialWrites plan =
          new TrialWrites(shapeBefore, shapeAfter, plain.get().shape(), named(shapeAfter));
      PostUpProbes.Rows rows =
          new PostUpProbes.Rows(start.contents(), applied.contents(), plain.get().noise());
      new PostUpProbes(probes).run(plan, rows, inserts);
      findings.addAll(
          RelaxedConstraints.in(
              start.fingerprint(), applied.fingerprint(), shapeBefore, shapeAfter));
      untried(plan);
    }
  }

  /** Names and numbers of all things. */
  private ObjectNames names() {
    new FingerprintReader(stage.session()).resetSession();
    return ObjectNames.read(stage.session());
  }

  /** Rows and values that were not tried may fare otherwise. */
  private void untried(TrialWrites plan) {
    List<Finding> texts = new UntestedRows(plan.before(), plan.after(), ownCasts()).in(file);
    findings.addAll(texts);
    if (texts.isEmpty() && !written.isEmpty()) {
      findings.add(
          new Finding.Unknown(
              "rows of "
                  + String.join(", ", written)
                  + " may be changed by what the statements call; it was tried with some rows"
                  + " only"));
    }
    CheckSql guards = new CheckSql(file.version());
    Set<String> computed =
        texts().flatMap(StatementScope::computedColumns).collect(Collectors.toSet());
    for (TrialWrite.Cause cause : plan.lossyTypes(computed)) {
      Check check = guards.checks(cause).getFirst();
      String danger = "values may come back as others unless " + check.text();
      findings.add(new Finding.Endangered(danger, check));
    }
  }

  private boolean ownCasts() {
    return stage.session().ask(OWN_CASTS).getFirst().getBoolean(0);
  }

  private Stream<Script> texts() {
    return Stream.concat(Stream.of(file.up()), file.down().stream()).map(SourceFile::script);
  }

  private Shape preview(ShadowScript up) {
    try (ShadowTrial trial = ShadowTrial.inTransaction(stage)) {
      LockReader reader = new LockReader(trial.session());
      trial.run(up);
      locks.addAll(reader.taken("up"));
      written.addAll(reader.written());
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

  /**
   * How it was before the up.
   *
   * @param moment catalog and rows
   * @param shape the tables
   * @param names names and numbers
   * @param inserts what could be inserted
   */
  private record Start(Moment moment, Shape shape, ObjectNames names, TrialInserts inserts) {}

  /** The down without any write in between; empty when it fails. */
  private Optional<Plain> plain(ShadowScript up, ShadowScript down, Start start, Contents between) {
    boolean alone = up.alone() || down.alone();
    try (ShadowTrial trial = alone ? ShadowTrial.inCopy(stage) : ShadowTrial.inTransaction(stage)) {
      LockReader reader = new LockReader(trial.session());
      FingerprintReader fingerprints = new FingerprintReader(trial.session());
      Map<String, FingerprintReader.Position> ahead = new HashMap<>();
      trial.write(() -> ahead.putAll(fingerprints.takeNumbers()));
      try {
        trial.run(down);
      } catch (StatementFailure failure) {
        findings.add(copy.failed("the down fails", failure, down()));
        return Optional.empty();
      }
      locks.addAll(reader.taken("down"));
      written.addAll(reader.written());
      Moment after = Moment.of(trial.session());
      findings.addAll(against(start.moment(), after));
      madeAnew(start.names().madeAnew(ObjectNames.read(trial.session())), start.shape());
      findings.addAll(givenAgain(ahead, fingerprints.positions()));
      trial.write(
          () ->
              start
                  .inserts()
                  .refused(trial.session())
                  .forEach(text -> findings.add(new Finding.Blocked(text))));
      Shape shape = new ShapeReader(trial.session()).read();
      return Optional.of(new Plain(shape, again(trial, up, between)));
    }
  }

  /** Computed columns hold nothing of their own. */
  private void madeAnew(List<String> places, Shape shape) {
    Set<String> computed = new HashSet<>();
    for (Shape.Table table : shape.tables()) {
      table.columns().stream()
          .filter(Shape.Column::generated)
          .forEach(column -> computed.add("column " + table.name() + "." + column.name()));
    }
    places.stream()
        .filter(place -> !computed.contains(place))
        .forEach(
            place ->
                findings.add(
                    new Finding.Unknown(
                        place.replace(" public.", " ")
                            + " is another one than before; what it holds was compared in some rows"
                            + " only")));
  }

  private static List<Finding> givenAgain(
      Map<String, FingerprintReader.Position> ahead,
      Map<String, FingerprintReader.Position> after) {
    List<Finding> found = new ArrayList<>();
    after.forEach(
        (name, position) -> {
          if (position.isBehind(ahead.getOrDefault(name, position))) {
            String sequence = CatalogObject.shown(name);
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
    } catch (StatementFailure failure) {
      findings.add(
          new Finding.Unknown(
              "the up cannot be applied again after the down: " + failure.firstLine()));
      return List.of();
    }
  }

  /** Tables that a statement which may change rows names. */
  private Set<String> named(Shape shape) {
    Set<String> words = new HashSet<>();
    texts().forEach(script -> words.addAll(StatementScope.namesOfChanges(script)));
    Set<String> named = new HashSet<>();
    for (Shape.Table table : shape.tables()) {
      String name = table.name().substring(table.name().lastIndexOf('.') + 1);
      if (words.contains(name.replace("\"", ""))) {
        named.add(table.name());
      }
    }
    return named;
  }
}
