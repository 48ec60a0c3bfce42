package dev.ripcord;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.doNot;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
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
import org.junit.jupiter.params.provider.ValueSource;

/** The rooms, who may know whom, and what none of them may do. */
final class ArchitectureTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final int LINES_MAX = 500;
  private static final int PUBLIC_PERCENT_MAX = 60;

  /**
   * Room to the rooms it may know, itself aside. A room that is not named here fails {@link
   * #everyRoom_isOnTheMap}.
   */
  private static final Map<String, Set<String>> MAY_KNOW = rooms();

  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target/classes"));

  private static Map<String, Set<String>> rooms() {
    Set<String> pure = Set.of("watch", "rollback", "proof", "undo", "migration", "release", "risk");
    Set<String> below = union(pure, Set.of("json", "config", "port"));
    Map<String, Set<String>> rooms = new TreeMap<>();
    rooms.put("process", Set.of());
    rooms.put("release", Set.of());
    rooms.put("watch", Set.of("release"));
    rooms.put("migration", Set.of("release"));
    rooms.put("proof", Set.of("migration", "release"));
    rooms.put("rollback", Set.of("migration", "release"));
    rooms.put("risk", Set.of("migration"));
    rooms.put("undo", Set.of("migration", "risk", "proof"));
    rooms.put("parse", Set.of("migration", "risk"));
    rooms.put("json", union(pure, Set.of("port")));
    rooms.put("config", pure);
    rooms.put("port", pure);
    rooms.put("engine", union(pure, Set.of("port")));
    for (String adapter : List.of("probe", "platform", "postgres", "alert", "web")) {
      rooms.put(adapter, union(below, Set.of("process")));
    }
    rooms.put("demo", Set.of("release"));
    rooms.put("cli", union(below, rooms.keySet()));
    return Map.copyOf(rooms);
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    Set<String> all = new TreeSet<>(some);
    all.addAll(others);
    return Set.copyOf(all);
  }

  @Test
  void everyRoom_isOnTheMap() {
    Set<String> found =
        CLASSES.stream()
            .map(ArchitectureTest::room)
            .filter(room -> !room.isEmpty())
            .collect(Collectors.toSet());

    assertThat(MAY_KNOW.keySet()).as("rooms on the map of this test").containsAll(found);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "process",
        "release",
        "watch",
        "migration",
        "proof",
        "undo",
        "rollback",
        "risk",
        "parse",
        "json",
        "config",
        "port",
        "engine",
        "probe",
        "platform",
        "postgres",
        "alert",
        "web",
        "demo",
        "cli"
      })
  void room_knowsOnlyTheRoomsBelowIt(String room) {
    Set<String> allowed = union(MAY_KNOW.getOrDefault(room, Set.of()), Set.of(room));
    holds(
        noClasses()
            .that(describe("are in " + room, type -> room(type).equals(room)))
            .should()
            .dependOnClassesThat(
                describe(
                    "are outside " + allowed,
                    type -> isOurs(type) && !allowed.contains(room(type)))));
  }

  @Test
  void pureRooms_knowNothingButTheLanguage() {
    holds(
        noClasses()
            .that()
            .resideInAnyPackage(
                "dev.ripcord.watch..",
                "dev.ripcord.rollback..",
                "dev.ripcord.migration..",
                "dev.ripcord.risk..",
                "dev.ripcord.proof..",
                "dev.ripcord.undo..",
                "dev.ripcord.release..")
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

  /** The grammar is large and of one library: whoever wants another one changes one room. */
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
    rule.check(new ClassFileImporter().importPath(Path.of("target/test-classes")));
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
                "..helper.."));
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

  /** The first package below {@code dev.ripcord}; empty for Main. */
  private static String room(JavaClass type) {
    String[] parts = type.getPackageName().split("\\.", -1);
    return parts.length > 2 ? parts[2] : "";
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
