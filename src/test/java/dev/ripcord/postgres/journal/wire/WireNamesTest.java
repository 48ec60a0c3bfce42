package dev.ripcord.postgres.journal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.health.Baseline;
import dev.ripcord.health.Bound;
import dev.ripcord.health.Breaches;
import dev.ripcord.health.Counts;
import dev.ripcord.health.DatabaseState;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.migration.Version;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Control.Wish;
import dev.ripcord.port.Entry;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.Order;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Policy;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an earlier version has written is read for ever: the files under {@code journal/} are
 * journals of that version, an entry each, and are never changed.
 */
class WireNamesTest {
  private static final String FIRST = "0.1.0";
  private static final String SECOND = "0.1.0-second";
  private static final String THIRD = "0.1.0-third";
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00.25Z");
  private static final ServiceName SHOP = new ServiceName("shop");
  private static final ImageRef OLD = new ImageRef("registry.example/shop:41");
  private static final ImageRef NEW = new ImageRef("registry.example/shop:42");
  private static final Release RELEASE =
      new Release(SHOP, "42", Optional.of(NEW), Optional.of(OLD), Optional.of("sha256:4f2a"));

  private final EntryCodec codec = new EntryCodec();

  static Stream<Entry> entries() {
    return Stream.concat(
        Stream.of(
            new Entry.Opened(charter()),
            new Entry.Revised(charter()),
            new Entry.Planned(plan()),
            new Entry.Refused(
                List.of(new Refusal("target_missing", "the image is gone", "push it again"))),
            new Entry.ClockJumped(Duration.ofHours(-1)),
            new Entry.Finished(Outcome.ROLLED_BACK, "rolled back, healthy again")),
        Stream.concat(
            Stream.of(
                    new WatchEvent.Sampled(sample()),
                    new WatchEvent.Ticked(),
                    new WatchEvent.PauseAsked("ann", NOON),
                    new WatchEvent.ResumeAsked("ann"),
                    new WatchEvent.AbortAsked("ann"),
                    new WatchEvent.Approved("ann"),
                    new WatchEvent.RollbackAsked("ann", true),
                    new WatchEvent.Superseded("43"),
                    new WatchEvent.NotRunning(Outcome.INCONCLUSIVE, "41 runs"),
                    new WatchEvent.RunEnded(Outcome.FAILED, "step 2 failed"))
                .map(Entry.Watched::new),
            Stream.of(
                    new RunEvent.Begun(),
                    new RunEvent.StepBegun(1),
                    new RunEvent.StepDone(1, "shop:41 runs", Duration.ofMillis(1_250)),
                    new RunEvent.StepFailed(1, "no space left"),
                    new RunEvent.StepRefused(1, "another image runs"),
                    new RunEvent.StepTimedOut(1, "no answer within 60 s"),
                    new RunEvent.StepUncertain(1, "the answer was lost"),
                    new RunEvent.StepStopped(1),
                    new RunEvent.LossFound(1, "07_add_note: 12 rows of note"),
                    new RunEvent.Approved("ann"),
                    new RunEvent.Checked(RunEvent.Health.HEALTHY, "0 of 100"),
                    new RunEvent.Ticked(),
                    new RunEvent.AbortAsked("ann"),
                    new RunEvent.Resumed("web1:4711"),
                    new RunEvent.Restored("shop:42 runs"))
                .map(Entry.Ran::new)));
  }

  private static WatchSpec charter() {
    return new WatchSpec(
        RELEASE,
        new Rules(
            new Ratio(50_000),
            new Breaches(3, 5),
            20,
            new Ratio(10_000),
            Escalation.ROLLBACK,
            Map.of(Measure.LATENCY_P99, new Limit(0.8, Escalation.ALERT)),
            Optional.empty(),
            OptionalDouble.empty(),
            Escalation.ALERT,
            1,
            Optional.empty()),
        NOON,
        Duration.ofSeconds(30),
        Duration.ofMinutes(15),
        Duration.ofSeconds(30),
        Optional.of("nothing is configured that could put an image back"),
        Optional.of(Baseline.of(new Counts(12_000, 12))));
  }

  private static WatchSpec grownCharter() {
    Bound twice = new Bound(2, 0);
    return new WatchSpec(
        RELEASE,
        new Rules(
            new Ratio(50_000),
            new Breaches(3, 5),
            20,
            new Ratio(10_000),
            Escalation.ROLLBACK,
            Map.of(Measure.LATENCY_P99, new Limit(0.38, Escalation.ALERT, Optional.of(twice))),
            Optional.of(new Bound(1, 0.03)),
            OptionalDouble.of(0.5),
            Escalation.ASK,
            3,
            Optional.of(new Ratio(999_000))),
        NOON,
        Duration.ofSeconds(30),
        Duration.ofMinutes(15),
        Duration.ofSeconds(30),
        Optional.empty(),
        Optional.of(
            new Baseline(
                12_000,
                12,
                OptionalDouble.of(0.02),
                OptionalDouble.of(0.1),
                OptionalDouble.of(0.19),
                OptionalDouble.of(0.4),
                OptionalDouble.of(0.6))),
        Optional.of(new WatchSpec.Approval(Duration.ofMinutes(30), WatchSpec.Otherwise.ROLLBACK)));
  }

  private static Sample grownSample() {
    return new Sample(
        "42",
        NOON,
        Duration.ofMillis(30_012),
        Liveness.ANSWERS,
        OptionalInt.of(200),
        Optional.of(new Counts(400, 31)),
        false,
        new Latency(
            OptionalDouble.of(0.02),
            OptionalDouble.of(0.2),
            OptionalDouble.of(2.5),
            OptionalDouble.of(0.04),
            OptionalDouble.of(2.5)),
        OptionalDouble.of(0.25),
        OptionalDouble.of(0.5),
        Optional.of(
            new DatabaseState(
                true,
                OptionalDouble.of(0.001),
                OptionalInt.of(42),
                OptionalInt.of(97),
                OptionalDouble.of(1.5),
                OptionalDouble.of(12))),
        List.of());
  }

  private static Sample sample() {
    return new Sample(
        "42",
        NOON,
        Duration.ofMillis(30_012),
        Liveness.ANSWERS,
        OptionalInt.of(200),
        Optional.of(new Counts(400, 31)),
        true,
        new Latency(OptionalDouble.of(0.02), OptionalDouble.of(0.2), OptionalDouble.empty()),
        OptionalDouble.of(0.25),
        OptionalDouble.of(0.5),
        Optional.of(new DatabaseState(true, OptionalDouble.of(0.001))),
        List.of(new Reason(Reason.Code.NO_DATA, "the page does not tell memory")));
  }

  private static Plan plan() {
    return new Plan(
        RELEASE,
        Order.MIGRATIONS_FIRST,
        List.of(
            new Step.Stop(Duration.ofMinutes(1)),
            new Step.Backup("backups/shop.dump", Duration.ofHours(1)),
            new Step.Drain(Duration.ofSeconds(30), Optional.of(NOON)),
            new Step.Down(new Version("07"), "07_add_note", "9c1f", Duration.ofHours(1)),
            new Step.SwitchImage(Optional.of(NEW), OLD, Duration.ofMinutes(5)),
            new Step.Verify(3, Duration.ofMinutes(5))),
        "the old image cannot serve on the new schema",
        List.of("the container is replaced"),
        List.of("08_fill_note"),
        "12 rows would be lost");
  }

  private static Plan grownPlan() {
    return new Plan(
        RELEASE,
        Order.IMAGE_FIRST,
        List.of(
            new Step.SwitchImage(Optional.of(NEW), OLD, Duration.ofMinutes(5)),
            new Step.Approval(Duration.ofMinutes(15), true, Duration.ofMinutes(1)),
            new Step.Backup("shop.dump", Policy.BackupOf.TABLES, Duration.ofHours(1)),
            new Step.Down(new Version("07"), "07_add_note", "9c1f", Duration.ofHours(1)),
            new Step.Verify(3, Duration.ofMinutes(5))),
        "it only adds",
        List.of(),
        List.of(),
        "");
  }

  @ParameterizedTest
  @MethodSource("entries")
  void goldenFile_isReadAsItWasMeant_andNothingOfItIsWrittenElse(Entry entry) throws IOException {
    EntryCodec.Encoded encoded = codec.encode(entry);
    String kept = golden(FIRST, encoded.type());

    assertThat(codec.decode(encoded.type(), kept)).isEqualTo(entry);
    assertThat(tree(encoded.json())).containsAllEntriesOf(tree(kept));
  }

  /** What later versions have added, each as the first version that writes it. */
  static Stream<Entry> grownEntries() {
    return Stream.of(
        new Entry.Opened(grownCharter()),
        new Entry.Planned(grownPlan()),
        new Entry.Watched(new WatchEvent.Sampled(grownSample())));
  }

  @ParameterizedTest
  @MethodSource("grownEntries")
  void goldenFile_ofWhatWasAdded_isReadAsItWasMeant_andWrittenTheSame(Entry entry)
      throws IOException {
    EntryCodec.Encoded encoded = codec.encode(entry);
    String kept = golden(SECOND, encoded.type());

    assertThat(codec.decode(encoded.type(), kept)).isEqualTo(entry);
    assertThat(tree(encoded.json())).isEqualTo(tree(kept));
  }

  @Test
  void goldenFile_ofAWatchUnderASpan_isReadAsItWasMeant_andWrittenTheSame() throws IOException {
    WatchSpec like = grownCharter();
    Entry entry =
        new Entry.Opened(
            new WatchSpec(
                like.release(),
                like.rules(),
                like.startedAt(),
                like.warmUp(),
                like.bake(),
                like.interval(),
                like.alertOnly(),
                like.before(),
                like.approval(),
                Optional.of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")));
    EntryCodec.Encoded encoded = codec.encode(entry);
    String kept = golden(THIRD, encoded.type());

    assertThat(codec.decode(encoded.type(), kept)).isEqualTo(entry);
    assertThat(tree(encoded.json())).isEqualTo(tree(kept));
  }

  @Test
  void goldenFile_ofAnAlert_isReadAsItWasMeant_andWrittenTheSame() throws IOException {
    Alert alert =
        new Alert(
            "watch-7/condemned/12",
            Alert.Kind.CONDEMNED,
            SHOP,
            "42",
            "shop 42 is rolled back",
            List.of("error rate 7.8% (31 of 400 requests), limit 5%"),
            NOON);

    assertThat(JournalJson.read(golden(FIRST, "alert"), Alert.class)).isEqualTo(alert);
    assertThat(tree(JournalJson.write(alert))).isEqualTo(tree(golden(FIRST, "alert")));
  }

  @Test
  void wishesOfPeople_areKeptUnderTheNamesOfTheirFirstVersion() {
    assertThat(Stream.of(Wish.values()).map(JournalJson.names()::constant))
        .containsExactly("PAUSE", "RESUME", "ABORT", "ROLLBACK", "ROLLBACK_IMAGE", "APPROVE");
    assertThat(JournalJson.names().constant(Wish.class, "ROLLBACK_IMAGE"))
        .contains(Wish.ROLLBACK_IMAGE);
    assertThat(JournalJson.names().constant(Wish.class, "OF_A_LATER_VERSION")).isEmpty();
    assertThat(JournalJson.names().knows(Wish.class)).isTrue();
  }

  @Test
  void everyEntryType_hasAGoldenFile() {
    List<String> shown = entries().map(e -> codec.encode(e).type()).toList();
    List<String> known =
        JournalJson.names().types().entrySet().stream()
            .filter(type -> !Step.class.isAssignableFrom(type.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    assertThat(shown).containsExactlyInAnyOrderElementsOf(known);
  }

  @Test
  void everyTypeThatAJournalCanHold_hasItsNames() {
    Set<Class<?>> reached = new LinkedHashSet<>();
    Stream.of(Entry.class, WatchEvent.class, RunEvent.class, Alert.class)
        .forEach(root -> reach(root, reached));
    reached.removeAll(Set.of(Entry.Watched.class, Entry.Ran.class));
    reached.removeAll(Set.of(ServiceName.class, ImageRef.class, Version.class));

    assertThat(reached).hasSizeGreaterThan(50).allMatch(JournalJson.names()::knows);
  }

  private static void reach(Type type, Set<Class<?>> reached) {
    if (type instanceof ParameterizedType generic) {
      Stream.of(generic.getActualTypeArguments()).forEach(of -> reach(of, reached));
    } else if (type instanceof Class<?> raw && raw.getName().startsWith("dev.ripcord.")) {
      if (raw.isSealed()) {
        Stream.of(raw.getPermittedSubclasses()).forEach(kind -> reach(kind, reached));
      } else if (reached.add(raw) && raw.isRecord()) {
        Stream.of(raw.getRecordComponents())
            .map(RecordComponent::getGenericType)
            .forEach(component -> reach(component, reached));
      }
    }
  }

  private enum Taste {
    SWEET,
    SOUR
  }

  private record Fruit(String colour, Taste taste, Map<Taste, Integer> votes) {}

  @Test
  void renamedInTheProgram_staysAsItIsKept() throws IOException {
    WireNames names = new WireNames();
    names.fields(Fruit.class, "hue", "flavour", "votes");
    names.constants(Taste.class, "SUGARY", "ACID");
    ObjectMapper mapper = JournalJson.mapper(names);
    Fruit fruit = new Fruit("red", Taste.SOUR, Map.of(Taste.SWEET, 3));
    String kept = "{\"hue\":\"red\",\"flavour\":\"ACID\",\"votes\":{\"SUGARY\":3}}";

    assertThat(mapper.readValue(kept, Fruit.class)).isEqualTo(fruit);
    assertThat(mapper.readTree(mapper.writeValueAsString(fruit))).isEqualTo(mapper.readTree(kept));
  }

  /** By the way to each value; one that is null is as one that is not there. */
  private static Map<String, String> tree(String json) throws JsonProcessingException {
    Map<String, String> values = new TreeMap<>();
    collect("", new ObjectMapper().readTree(json), values);
    return values;
  }

  private static void collect(String way, JsonNode node, Map<String, String> values) {
    if (node.isContainerNode() && !node.isEmpty()) {
      node.properties().forEach(f -> collect(way + "/" + f.getKey(), f.getValue(), values));
      for (int i = 0; node.isArray() && i < node.size(); i++) {
        collect(way + "/" + i, node.get(i), values);
      }
    } else if (!node.isNull()) {
      values.put(way, node.toString());
    }
  }

  private static String golden(String version, String type) throws IOException {
    String file = "/journal/" + version + "/" + type + ".json";
    try (InputStream in = WireNamesTest.class.getResourceAsStream(file)) {
      return new String(
          assertThat(in).as("golden file %s", file).isNotNull().actual().readAllBytes(),
          StandardCharsets.UTF_8);
    }
  }
}
