package dev.ripcord.web.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.HealthReading.Kind;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Journal.StoredSample;
import dev.ripcord.web.ScriptedControl;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HistoryReaderTest {
  private static final Instant NOW = Examples.AT.plusSeconds(20);
  private static final ServiceStatus SHOP = Services.polled("shop", Kind.HEALTHY);

  private final ScriptedControl control = new ScriptedControl();
  private final HistoryReader reader = new HistoryReader(control);

  private static final Duration INTERVAL = Duration.ofSeconds(30);

  private ServiceHistory read(Instant now) {
    return reader.of(SHOP, Optional.of(Window.QUARTER), INTERVAL, now).await();
  }

  private ServiceHistory readUsual(Duration interval) {
    return reader.of(SHOP, Optional.empty(), interval, NOW).await();
  }

  private long asked(String what) {
    return Stream.concat(control.asked.stream(), control.read.stream())
        .filter(each -> each.startsWith(what))
        .count();
  }

  @Test
  void fewPolls_areEachAPoint_andTheLastOneNeedNotBeInTheJournalYet() {
    control.polls(Polls.every(Duration.ofSeconds(30), 5, Kind.HEALTHY));

    ServiceHistory history = read(NOW);

    assertThat(history.polls().together()).isFalse();
    assertThat(history.points()).hasSize(6);
    assertThat(history.points().getLast().at()).isEqualTo(Examples.AT);
    assertThat(history.watches()).extracting(w -> w.row().id()).containsExactly(16L);
  }

  @Test
  void lastPoll_thatTheJournalHasRounded_isThereOnce() {
    List<StoredSample> polls =
        new ArrayList<>(Polls.every(Duration.ofSeconds(30), 5, Kind.HEALTHY));
    polls.add(Polls.at(Examples.AT.truncatedTo(ChronoUnit.MICROS), Kind.HEALTHY));
    control.polls(polls);

    assertThat(read(NOW).points()).hasSize(6);
  }

  @Test
  void manyPolls_areTakenTogetherInSteps() {
    control.polls(Polls.every(Duration.ofSeconds(2), 400, Kind.HEALTHY));

    ServiceHistory history = read(NOW);

    assertThat(history.polls().together()).isTrue();
    assertThat(control.read).contains("steps of PT5S");
    assertThat(history.points()).hasSize(1);
    assertThat(history.points().getFirst().kind()).isEqualTo(Kind.HEALTHY);
    assertThat(history.points().getFirst().why()).isEqualTo("1 of 4 polls could not tell");
  }

  @Test
  void youngService_isShownSinceItsFirstPoll_butFiveMinutesAtLeast() {
    control.polls(Polls.every(INTERVAL, 3, Kind.HEALTHY));
    ServiceHistory young = readUsual(INTERVAL);

    assertThat(young.window().length()).isEqualTo(Duration.ofMinutes(5));
    assertThat(young.begins()).hasValue(Examples.AT.minusSeconds(90));

    control.polls(Polls.every(INTERVAL, 20, Kind.HEALTHY));
    ServiceHistory older =
        new HistoryReader(control).of(SHOP, Optional.empty(), INTERVAL, NOW).await();

    assertThat(older.from()).isEqualTo(Examples.AT.minusSeconds(600));
    assertThat(older.begins()).as("nothing was before the left edge").isEmpty();
  }

  @Test
  void grownService_isShownForAQuarterOfAnHour_alsoWhereMostOfThatIsAGap() {
    List<StoredSample> polls = new ArrayList<>();
    polls.add(Polls.at(Examples.AT.minus(Duration.ofDays(2)), Kind.HEALTHY));
    polls.addAll(Polls.every(INTERVAL, 3, Kind.HEALTHY));
    control.polls(polls);

    ServiceHistory history = readUsual(INTERVAL);

    assertThat(history.window()).isEqualTo(Window.QUARTER);
    assertThat(history.begins()).isEmpty();
  }

  @Test
  void serviceThatIsPolledSeldom_isShownForThirtyPolls() {
    control.polls(Polls.every(Duration.ofMinutes(5), 100, Kind.HEALTHY));

    ServiceHistory history = readUsual(Duration.ofMinutes(5));

    assertThat(history.window().length()).isEqualTo(Duration.ofMinutes(150));
    assertThat(history.points()).hasSize(30);
  }

  @Test
  void whatWasRead_isShownAgainForAMoment() {
    read(NOW);
    read(NOW.plusMillis(900));
    assertThat(asked("polls LAST")).isEqualTo(1);
    assertThat(asked("recent")).isEqualTo(1);

    read(NOW.plusSeconds(3));
    assertThat(asked("polls LAST")).isEqualTo(2);
    assertThat(asked("recent")).isEqualTo(1);
  }

  @Test
  void journalThatDoesNotAnswer_isAReasonAndNotTheEnd() {
    control.failPolls("the journal does not answer");

    ServiceHistory history = read(NOW);

    assertThat(history.missing()).hasValue("the journal does not answer");
    assertThat(history.points()).as("what is known here").hasSize(1);
    read(NOW);
    assertThat(asked("polls LAST")).as("a failure is not kept").isEqualTo(2);
  }
}
