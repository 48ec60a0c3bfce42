package dev.ripcord;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.doNot;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages, who may know whom, and what none of them may do. */
final class ArchitectureTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final int LINES_MAX = 500;
  private static final int PUBLIC_PERCENT_MAX = 60;

  private static final int FILES_MAX = 25;

  /**
   * Each package, and the packages that it may know, itself aside. A package that is not named here
   * fails {@link #everyPackage_isOnTheMap}. A word in capitals stands for the packages of its own
   * line; {@code *} at the end of a name, for the packages below it too.
   */
  private static final Map<String, Set<String>> MAY_KNOW =
      map(
          """
          PURE                       release sharing health watch rollback migration*
          BELOW                      PURE config port silence json report* process vertx

          release
          process
          systemd
          vertx
          demo                       release
          sharing                    release
          health                     release
          watch                      release health
          migration
          migration.statement
          migration.sql              migration
          migration.file             migration migration.sql
          migration.risk             migration.sql migration.statement
          migration.selection        release migration migration.sql migration.file
          migration.proof            migration migration.sql migration.file
          migration.undo             migration.sql migration.statement migration.proof
          rollback                   release migration migration.sql
          parse                      migration.sql migration.statement
          port                       PURE
          silence                    PURE port
          json                       PURE port silence
          report                     PURE port json
          report.event               PURE port json report
          report.trace               PURE port json report
          config.connection          PURE
          config                     PURE config.connection
          config.file                PURE config config.connection
          config.change              PURE config config.file
          kubernetes                 config

          engine.context             PURE port vertx
          engine.rollback            PURE port vertx engine.context
          engine                     PURE port vertx engine.context engine.rollback

          alert                      BELOW
          web.access                 BELOW
          web.page                   BELOW
          web.release                BELOW web.access web.page
          web.silence                BELOW web.access web.page
          web                        BELOW web* config.connection
          platform.docker.api        BELOW
          platform.docker            BELOW platform.docker.api
          platform.compose           BELOW platform.docker platform.docker.api
          platform.swarm             BELOW platform.docker.api
          platform.kubernetes        BELOW kubernetes
          platform.http              BELOW
          platform.git               BELOW
          platform.registry          BELOW
          platform                   BELOW platform* kubernetes
          probe.http                 BELOW config.connection
          probe.source               BELOW probe.http
          probe.page.text            BELOW
          probe.page                 BELOW probe.http probe.page.text probe.source
          PROBED                     BELOW probe.http probe.source
          probe.json                 PROBED
          probe.actuator             PROBED
          probe.prometheus           PROBED
          probe.host                 PROBED
          probe.container            PROBED
          probe.kubernetes           PROBED kubernetes
          probe                      BELOW probe* config.connection

          postgres                   BELOW
          postgres.embedded          BELOW postgres
          postgres.dump              BELOW postgres
          postgres.catalog           BELOW postgres
          HISTORY                    BELOW postgres postgres.catalog postgres.history
          postgres.history           HISTORY
          postgres.tool              HISTORY
          postgres.migrate.loss      HISTORY postgres.migrate.salvage
          postgres.migrate.lock      HISTORY
          postgres.migrate.salvage   HISTORY
          EXECUTED                   HISTORY postgres.tool postgres.migrate.lock
          postgres.migrate.execution EXECUTED postgres.migrate.loss postgres.migrate.salvage
          postgres.migrate           HISTORY postgres.tool postgres.migrate*
          postgres.journal.wire      BELOW
          postgres.journal           HISTORY postgres.journal.wire postgres.migrate*
          postgres.schema            HISTORY postgres.tool postgres.dump postgres.migrate*
          postgres.shadow            BELOW postgres postgres.catalog postgres.dump postgres.embedded
          postgres.verify            BELOW postgres postgres.catalog postgres.shadow

          ADAPTERS                   probe platform postgres* alert web*
          PROGRAM                    BELOW config.file config.change parse engine* ADAPTERS demo
          cli.console                BELOW config.file
          cli.wiring                 PROGRAM cli.console
          COMMON                     PROGRAM cli.console cli.wiring
          cli.help                   COMMON
          cli.report                 COMMON
          cli.plan                   COMMON
          cli.watch                  COMMON cli.report cli.plan
          cli.check                  COMMON
          cli.init                   COMMON probe.page platform.docker.api kubernetes
          cli.replay                 COMMON
          cli.migrate.context        COMMON
          cli.migrate.inspect        COMMON cli.migrate.context
          cli.migrate                COMMON cli.migrate.context cli.migrate.inspect
          cli.salvage                COMMON cli.migrate cli.migrate.context
          cli.status                 COMMON
          cli.silence                COMMON
          cli.demo                   COMMON cli.migrate
          cli.doctor                 COMMON cli.check cli.plan
          cli.start                  COMMON cli.migrate.context systemd
          cli.deploy                 COMMON cli.report cli.watch cli.migrate cli.migrate.context
          cli                        COMMON cli*
          """);

  /** The types of {@code postgres} that the rest of the program may use. */
  private static final Set<String> POSTGRES_FACADE =
      Set.of(
          "Database",
          "CatalogReader",
          "EmbeddedServer",
          "MigrationAttempt",
          "MigrationEvent",
          "RunMetadata",
          "MigrationRan",
          "MigrationRecord",
          "MigrationSetup",
          "MigrationStatus",
          "SchemaInspection",
          "SchemaInspector",
          "PostgresJournal",
          "Amendment",
          "MigrationActivity",
          "HistoryAdmin",
          "MigrationRunner",
          "ProgressListener",
          "ProgressPace",
          "RunProgress",
          "ActivityMonitor",
          "MigrationOutcome",
          "SalvageArchive",
          "SalvageEntry",
          "SalvageRule",
          "StageTwo",
          "StageTwoPreview",
          "ManagedToolSchema",
          "PostgresSchema",
          "ToolBooks",
          "ToolDown",
          "ToolSchema",
          "DatabaseRestore",
          "BackupContents",
          "TablesRestore",
          "ManagedToolFiles",
          "ToolSavepoint",
          "DownDrafter",
          "ProofRunner",
          "RevertDrill");

  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target/classes"));

  private static Map<String, Set<String>> map(String text) {
    Map<String, List<String>> lines = new TreeMap<>();
    for (String line : text.lines().filter(each -> !each.isBlank()).toList()) {
      List<String> words = List.of(line.strip().split(" +", -1));
      lines.put(words.getFirst(), words.subList(1, words.size()));
    }
    Map<String, Set<String>> map = new TreeMap<>();
    lines.forEach((name, words) -> map.put(name, named(words, lines)));
    map.keySet().removeIf(name -> name.equals(name.toUpperCase(Locale.ROOT)));
    return Map.copyOf(map);
  }

  private static Set<String> named(List<String> words, Map<String, List<String>> lines) {
    Set<String> names = new TreeSet<>();
    for (String word : words) {
      if (word.endsWith("*")) {
        String top = word.substring(0, word.length() - 1);
        lines.keySet().stream()
            .filter(name -> name.equals(top) || name.startsWith(top + "."))
            .forEach(names::add);
      } else if (word.equals(word.toUpperCase(Locale.ROOT))) {
        names.addAll(named(lines.getOrDefault(word, List.of()), lines));
      } else {
        names.add(word);
      }
    }
    return names;
  }

  @Test
  void everyPackage_isOnTheMap() {
    Set<String> found =
        CLASSES.stream()
            .map(ArchitectureTest::ownPackage)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(MAY_KNOW.keySet()).as("packages on the map of this test").hasSameElementsAs(found);
  }

  static Stream<String> packages() {
    return MAY_KNOW.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void package_knowsOnlyThoseItMay(String name) {
    Set<String> allowed = new TreeSet<>(MAY_KNOW.getOrDefault(name, Set.of()));
    allowed.add(name);
    holds(
        noClasses()
            .that(describe("are in " + name, type -> ownPackage(type).equals(name)))
            .should()
            .dependOnClassesThat(
                describe(
                    "are outside " + allowed,
                    type -> isOurs(type) && !allowed.contains(ownPackage(type)))));
  }

  /** A map that allows a circle would let one grow. */
  @Test
  void map_hasNoCircles() {
    Map<String, Set<String>> left = new TreeMap<>(MAY_KNOW);
    boolean found = true;
    while (found) {
      found =
          left.entrySet()
              .removeIf(
                  each ->
                      each.getValue().stream()
                          .noneMatch(
                              other -> !other.equals(each.getKey()) && left.containsKey(other)));
    }
    assertThat(left).as("packages that may know each other in a circle").isEmpty();
  }

  @Test
  void postgres_isSeenThroughItsFacade() {
    holds(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.ripcord.postgres..")
            .should()
            .dependOnClassesThat(
                describe(
                    "are in postgres and not in its facade",
                    type ->
                        ownPackage(type).startsWith("postgres")
                            && !POSTGRES_FACADE.contains(outermost(type)))));
  }

  @Test
  void packages_areSmall() {
    Map<Path, Long> files =
        sources()
            .filter(file -> !file.endsWith("package-info.java"))
            .collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));

    assertThat(files.entrySet().stream().filter(each -> each.getValue() > FILES_MAX))
        .as("packages of more than %s files", FILES_MAX)
        .isEmpty();
  }

  @Test
  void pureRooms_knowNothingButTheLanguage() {
    holds(
        noClasses()
            .that()
            .resideInAnyPackage(
                "dev.ripcord.release..",
                "dev.ripcord.health..",
                "dev.ripcord.watch..",
                "dev.ripcord.rollback..",
                "dev.ripcord.migration..")
            .should()
            .dependOnClassesThat(
                doNot(
                    resideInAnyPackage(
                        "dev.ripcord..",
                        "java.lang..",
                        "java.util..",
                        "java.time..",
                        "java.math..",
                        "java.text..",
                        "java.nio.charset..",
                        "java.security..",
                        "org.jspecify.annotations..",
                        "com.google.errorprone.annotations.."))));
  }

  @Test
  void sqlClients_areUsedByPostgresOnly() {
    holds(
        noClasses()
            .that()
            .resideOutsideOfPackages("dev.ripcord.postgres..", "dev.ripcord.demo..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.sqlclient..", "java.sql.."));
    holds(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "dev.ripcord.postgres..", "dev.ripcord.demo..", "dev.ripcord.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx.pgclient.."));
  }

  /** The grammar is large and of one library: whoever wants another one changes one package. */
  @Test
  void sqlGrammar_isKnownToParseOnly() {
    holds(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.ripcord.parse..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.antlr..", "org.pgcodekeeper.."));
  }

  @Test
  void time_isAnArgument() {
    holds(
        noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(OffsetDateTime.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime"));
    holds(
        noClasses()
            .that()
            .resideOutsideOfPackages("dev.ripcord", "dev.ripcord.cli..", "dev.ripcord.demo..")
            .should()
            .accessTargetWhere(
                describe("is a clock of the system", ArchitectureTest::isSystemClock)));
  }

  @Test
  void chance_isAnArgument() {
    holds(
        noClasses()
            .should()
            .callMethod(Math.class, "random")
            .orShould()
            .callConstructor(Random.class)
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom"));
  }

  /** Whoever makes event loops looks after what fails on them, and closes them. */
  @Test
  void eventLoops_areMadeInOnePlace() {
    holds(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.ripcord.cli.wiring.EventLoops")
            .and()
            .resideOutsideOfPackage("dev.ripcord.demo..")
            .should()
            .callMethod(Vertx.class, "vertx")
            .orShould()
            .callMethod(Vertx.class, "vertx", VertxOptions.class));
  }

  /** One place knows how a program is ended with all that it started, and within which time. */
  @Test
  void programs_areStartedInOnePlace() {
    holds(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.ripcord.process..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ProcessBuilder.class));
  }

  @Test
  void nobody_sleeps() {
    ArchRule rule =
        noClasses()
            .should()
            .callMethodWhere(
                describe(
                    "Thread.sleep or TimeUnit.sleep",
                    call ->
                        call.getName().equals("sleep")
                            && call.getTargetOwner().getPackageName().startsWith("java.")));
    holds(rule);
    rule.check(testClasses());
  }

  /** What they use by its name only: reading the libraries too takes most of the time. */
  private static JavaClasses testClasses() {
    return ArchConfiguration.withThreadLocalScope(
        configuration -> {
          configuration.setResolveMissingDependenciesFromClassPath(false);
          return new ClassFileImporter().importPath(Path.of("target/test-classes"));
        });
  }

  @Test
  void standardStreams_belongToTheCommandLine() {
    holds(
        noClasses()
            .that()
            .resideOutsideOfPackages("dev.ripcord", "dev.ripcord.cli..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(Throwable.class, "printStackTrace"));
  }

  @Test
  void names_sayWhatAThingIs() {
    holds(
        noClasses()
            .should()
            .resideInAnyPackage(
                "..util..",
                "..utils..",
                "..common..",
                "..impl..",
                "..core..",
                "..model..",
                "..service..",
                "..manager..",
                "..helper..",
                "..misc..",
                "..tools.."));
    holds(
        noClasses()
            .should()
            .haveNameMatching(".*(Impl|Manager|Helper|Util|Utils)")
            .orShould()
            .haveNameMatching(".*[.$]Abstract[^.$]*"));
  }

  @Test
  void statics_holdNoState() {
    assertThat(
            CLASSES.stream()
                .flatMap(type -> type.getFields().stream())
                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                .filter(field -> !field.getModifiers().contains(JavaModifier.FINAL))
                .map(field -> field.getFullName()))
        .as("static fields that can change")
        .isEmpty();
  }

  @Test
  void files_areShort() {
    assertThat(sources().filter(file -> lines(file).size() > LINES_MAX))
        .as("files over %s lines", LINES_MAX)
        .isEmpty();
  }

  @Test
  void mostTypes_areHidden() {
    Pattern type = Pattern.compile("^public .*(class|interface|record|enum) .*");
    List<Path> all = sources().filter(file -> !file.endsWith("package-info.java")).toList();
    List<Path> open =
        all.stream()
            .filter(file -> lines(file).stream().anyMatch(line -> type.matcher(line).matches()))
            .toList();

    assertThat(open.size() * 100)
        .as(
            "%s of %s types are public, allowed are %s in a hundred; hide what only one room uses"
                + " (both sides times 100)",
            open.size(), all.size(), PUBLIC_PERCENT_MAX)
        .isLessThanOrEqualTo(all.size() * PUBLIC_PERCENT_MAX);
  }

  @Test
  void everyPackage_saysWhatItIsFor() {
    Set<Path> folders =
        sources().map(Path::getParent).collect(Collectors.toCollection(TreeSet::new));

    assertThat(folders)
        .allSatisfy(
            folder ->
                assertThat(folder.resolve("package-info.java"))
                    .content()
                    .contains("/**", "@NullMarked"));
  }

  private static boolean isSystemClock(JavaAccess<?> access) {
    String name = access.getName();
    return name.equals("nanoTime")
        || (name.startsWith("system")
            && access.getTargetOwner().getPackageName().equals("java.time"));
  }

  private static void holds(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }

  private static boolean isOurs(JavaClass type) {
    return (type.getPackageName() + '.').startsWith("dev.ripcord.");
  }

  /** The package below {@code dev.ripcord}; empty for Main. */
  private static String ownPackage(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith("dev.ripcord.") ? name.substring("dev.ripcord.".length()) : "";
  }

  private static String outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type.getSimpleName());
  }

  private static Stream<Path> sources() {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
