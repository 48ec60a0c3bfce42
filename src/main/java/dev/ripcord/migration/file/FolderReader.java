package dev.ripcord.migration.file;

import dev.ripcord.migration.Kind;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.sql.ScriptError;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Pairs the files of a folder and collects everything that is wrong with them. Used once. */
final class FolderReader {
  /** Above this a step between two versions is a date, not a number that somebody left out. */
  private static final BigInteger GAP_MAX = BigInteger.valueOf(100);

  private final Tool tool;
  private final List<SourceFile> files;
  private final List<MigrationFile> migrations = new ArrayList<>();
  private final List<FolderProblem> problems = new ArrayList<>();

  FolderReader(List<SourceFile> files, Tool tool) {
    this.tool = tool;
    this.files = files.stream().sorted(Comparator.comparing(SourceFile::name)).toList();
  }

  private record Sides(List<SourceFile> ups, List<SourceFile> downs) {}

  Folder read() {
    Optional<Layout> layout =
        Layout.of(tool).or(() -> Layout.of(files.stream().map(SourceFile::name).toList()));
    Map<Version, Sides> versions = new TreeMap<>();
    for (SourceFile file : files) {
      Optional<Layout.Part> part = layout.flatMap(chosen -> chosen.part(file.name()));
      if (part.isEmpty()) {
        String forms = layout.map(Layout::form).orElse(allForms());
        block(file.name() + ": the name fits no migration of this folder (" + forms + ")");
        continue;
      }
      Sides sides =
          versions.computeIfAbsent(
              part.get().version(), v -> new Sides(new ArrayList<>(), new ArrayList<>()));
      (part.get().isDown() ? sides.downs() : sides.ups()).add(file);
    }
    layout.ifPresent(chosen -> versions.forEach((version, sides) -> pair(chosen, version, sides)));
    gaps();
    migrations.forEach(this::checkOrder);
    return new Folder(layout, migrations, problems);
  }

  private static String allForms() {
    return Layout.DETECTED.stream().map(Layout::form).collect(Collectors.joining(" or "));
  }

  private void pair(Layout layout, Version version, Sides sides) {
    if (sides.ups().isEmpty()) {
      block(names(sides.downs()) + ": there is no up file for version " + version);
      return;
    }
    if (sides.ups().size() > 1 || sides.downs().size() > 1) {
      List<SourceFile> same = sides.ups().size() > 1 ? sides.ups() : sides.downs();
      block(
          names(same)
              + ": one version, "
              + version
              + ", for several migrations. Give the younger one the next free version");
      return;
    }
    SourceFile up = sides.ups().getFirst();
    Optional<SourceFile> down = sides.downs().stream().findFirst();
    String name = nameIn(layout, up);
    if (down.isPresent() && !nameIn(layout, down.get()).equals(name)) {
      block(up.name() + " and " + down.get().name() + ": one version with two names");
      return;
    }
    HeaderLines lines = new HeaderLines(up, down);
    Kind kind = lines.kind(name);
    MigrationFile file =
        new MigrationFile(
            version,
            name,
            kind,
            lines.stage(kind),
            up,
            down,
            lines.header(),
            MigrationFile.Checks.NONE);
    migrations.add(file);
    lines.problems().forEach(text -> block(version, text));
    checkScript(version, up);
    checkWayBack(file);
  }

  /** What a migration depends on comes before it. */
  private void checkOrder(MigrationFile file) {
    for (MigrationFile.Dependency each : file.header().depends()) {
      if (each.version().compareTo(file.version()) >= 0) {
        block(
            file.version(),
            file.up().name()
                + ": it depends on "
                + each.label()
                + ", which does not come before "
                + file.version()
                + ". Give it a version above "
                + each.version());
      }
    }
  }

  private static String nameIn(Layout layout, SourceFile file) {
    return layout.part(file.name()).map(Layout.Part::name).orElse("");
  }

  private void checkWayBack(MigrationFile file) {
    if (file.header().irreversible().isPresent()) {
      return;
    }
    if (file.down().isEmpty()) {
      block(
          file.version(),
          file.up().name()
              + ": there is no down file. Write one, or say \"-- down: none, because …\" at the top"
              + " of the up file");
      return;
    }
    SourceFile down = file.down().get();
    checkScript(file.version(), down);
    if (down.script().work().isEmpty()) {
      block(
          file.version(),
          down.name()
              + ": it undoes nothing. Write the down migration, or say \"-- down: none, because …\""
              + " at its top");
    }
  }

  private void checkScript(Version version, SourceFile file) {
    for (ScriptError flaw : file.script().flaws()) {
      block(version, file.name() + ":" + flaw.line() + ": " + flaw.text());
    }
  }

  private void gaps() {
    for (int i = 1; i < migrations.size(); i++) {
      Version before = migrations.get(i - 1).version();
      Version after = migrations.get(i).version();
      BigInteger step = new BigInteger(after.text()).subtract(new BigInteger(before.text()));
      if (step.compareTo(BigInteger.ONE) > 0 && step.compareTo(GAP_MAX) < 0) {
        String text = "no migration between " + before + " and " + after + ": is a file missing?";
        problems.add(new FolderProblem(text, Optional.of(after), false));
      }
    }
  }

  private void block(String text) {
    problems.add(new FolderProblem(text, Optional.empty(), true));
  }

  private void block(Version version, String text) {
    problems.add(new FolderProblem(text, Optional.of(version), true));
  }

  private static String names(List<SourceFile> files) {
    return files.stream().map(SourceFile::name).collect(Collectors.joining(", "));
  }
}
