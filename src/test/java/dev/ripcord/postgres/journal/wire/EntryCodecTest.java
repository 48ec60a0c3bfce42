package dev.ripcord.postgres.journal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.migration.Version;
import dev.ripcord.port.Entry;
import dev.ripcord.port.JournalException;
import dev.ripcord.release.ImageRef;
import dev.ripcord.rollback.Policy;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.WatchEvent;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EntryCodecTest {
  private final EntryCodec codec = new EntryCodec();

  static Stream<Class<?>> kinds() {
    return Stream.of(Entry.class, WatchEvent.class, RunEvent.class, Step.class)
        .flatMap(family -> Arrays.stream(family.getPermittedSubclasses()));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void encode_everyKind_isDecodedToTheSame(Class<?> kind) {
    long seed = new Random().nextLong();
    RandomValues values = new RandomValues(new Random(seed));
    for (int i = 0; i < 50; i++) {
      Object value = values.of(kind);
      Entry entry =
          switch (value) {
            case Entry given -> given;
            case WatchEvent event -> new Entry.Watched(event);
            case RunEvent event -> new Entry.Ran(event);
            case Step step -> new Entry.Planned(values.planOf(step));
            default -> throw new AssertionError("no entry holds a " + kind);
          };
      EntryCodec.Encoded encoded = codec.encode(entry);
      assertThat(codec.decode(encoded.type(), encoded.json()))
          .as("seed %s, %s", seed, encoded)
          .isEqualTo(entry);
    }
  }

  /** These stand in people's databases: a record that is renamed must keep its old name there. */
  @ParameterizedTest
  @CsvSource({
    "opened, Opened",
    "revised, Revised",
    "planned, Planned",
    "refused, Refused",
    "clock-jumped, ClockJumped",
    "finished, Finished",
    "watch.sampled, Sampled",
    "watch.ticked, Ticked",
    "watch.pause-asked, PauseAsked",
    "watch.resume-asked, ResumeAsked",
    "watch.abort-asked, AbortAsked",
    "watch.approved, Approved",
    "watch.rollback-asked, RollbackAsked",
    "watch.superseded, Superseded",
    "watch.not-running, NotRunning",
    "watch.run-ended, RunEnded",
    "run.begun, Begun",
    "run.step-begun, StepBegun",
    "run.step-done, StepDone",
    "run.step-failed, StepFailed",
    "run.step-refused, StepRefused",
    "run.step-timed-out, StepTimedOut",
    "run.step-uncertain, StepUncertain",
    "run.step-stopped, StepStopped",
    "run.checked, Checked",
    "run.ticked, Ticked",
    "run.abort-asked, AbortAsked",
    "run.resumed, Resumed",
    "run.restored, Restored",
  })
  void encode_typeNames_stayAsTheyAreKept(String type, String record) {
    RandomValues values = new RandomValues(new Random(1));
    assertThat(kinds().filter(kind -> kind.getSimpleName().equals(record)))
        .isNotEmpty()
        .anySatisfy(
            kind -> {
              Object value = values.of(kind);
              Entry entry =
                  switch (value) {
                    case WatchEvent event -> new Entry.Watched(event);
                    case RunEvent event -> new Entry.Ran(event);
                    default -> (Entry) value;
                  };
              assertThat(codec.encode(entry).type()).isEqualTo(type);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "watch.approved | {\"by\":\"ann\",\"added later\":[1]}",
        "watch.approved | {\"by\":\"ann\"}"
      })
  void decode_fieldOfANewerVersion_isIgnored(String type, String json) {
    assertThat(codec.decode(type, json))
        .isEqualTo(new Entry.Watched(new WatchEvent.Approved("ann")));
  }

  @Test
  void decode_typeOfANewerVersion_saysSo() {
    assertThatThrownBy(() -> codec.decode("watch.teleported", "{}"))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("watch.teleported")
        .hasMessageContaining("newer ripcord");
  }

  @Test
  void d1_planOfAVersionWithoutBudgets_hasTheUsualOnes() {
    String json =
        """
        {"plan":{"release":{"service":"shop","name":"v2","image":"v2","previousImage":"v1"},
        "order":"MIGRATIONS_FIRST","why":"","warnings":[],"kept":[],"keptWhy":"","steps":[
        {"type":"stop"},{"type":"backup","file":"shop.dump"},
        {"type":"down","version":"01","label":"01_a","checksum":"abc"},
        {"type":"switch-image","from":"v2","to":"v1"},{"type":"drain","budget":"PT30S"},
        {"type":"verify","polls":3,"budget":"PT5M"}]}}
        """;

    assertThat(codec.decode("planned", json))
        .isInstanceOfSatisfying(
            Entry.Planned.class,
            planned ->
                assertThat(planned.plan().steps())
                    .containsExactly(
                        new Step.Stop(),
                        new Step.Backup("shop.dump", Policy.USUAL_STEP),
                        new Step.Down(new Version("01"), "01_a", "abc"),
                        new Step.SwitchImage(Optional.of(new ImageRef("v2")), new ImageRef("v1")),
                        new Step.Drain(Duration.ofSeconds(30)),
                        new Step.Verify(3, Duration.ofMinutes(5))));
  }

  @Test
  void encode_characterThatPostgresCannotHold_isReplaced() {
    Entry entry = new Entry.Watched(new WatchEvent.Approved("a\0b\\u0000"));
    EntryCodec.Encoded encoded = codec.encode(entry);
    assertThat(codec.decode(encoded.type(), encoded.json()))
        .isEqualTo(new Entry.Watched(new WatchEvent.Approved("a\uFFFDb\\u0000")));
  }

  @Test
  void encode_durationsAndInstants_areIsoText() {
    assertThat(
            codec
                .encode(new Entry.Ran(new RunEvent.StepDone(2, "done", Duration.ofMillis(1_500))))
                .json())
        .isEqualTo("{\"index\":2,\"text\":\"done\",\"took\":\"PT1.5S\",\"kept\":[]}");
  }
}
