package dev.ripcord.postgres.journal;

import static dev.ripcord.postgres.journal.JournalRoom.NOON;
import static dev.ripcord.postgres.journal.JournalRoom.SHOP;
import static dev.ripcord.postgres.journal.JournalRoom.await;
import static dev.ripcord.postgres.journal.JournalRoom.kept;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.health.Baseline;
import dev.ripcord.health.Counts;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Latency;
import dev.ripcord.health.PollStep;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Journal.Span;
import dev.ripcord.port.Journal.StoredSample;
import dev.ripcord.port.Journal.Which;
import dev.ripcord.port.Lease;
import dev.ripcord.postgres.journal.wire.RandomValues;
import dev.ripcord.postgres.journal.wire.Times;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SampleBufferTest {
  private final JournalRoom room = new JournalRoom();

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void keep_randomSamples_areReadAsTheyWereMeasured() {
    long seed = new Random().nextLong();
    RandomValues values = new RandomValues(new Random(seed));
    for (int i = 0; i < 30; i++) {
      ServiceName service = new ServiceName("shop-" + i);
      Sample given = (Sample) values.of(Sample.class);
      Sample sample =
          new Sample(
              given.release(),
              Times.stored(given.at()),
              given.window(),
              given.liveness(),
              given.status(),
              given.counts(),
              given.probed(),
              given.latency(),
              given.cpu(),
              given.memory(),
              given.database(),
              given.reasons());
      StoredSample kept =
          new StoredSample(
              service, sample, (HealthReading.Kind) values.of(HealthReading.Kind.class));
      await(room.journal.keep(List.of(kept)));
      await(room.journal.drain());
      assertThat(await(room.journal.lastSamples(Optional.of(service))))
          .as("seed %s", seed)
          .containsExactly(kept);
    }
  }

  @Test
  void lastSamples_ofManyServices_isTheNewestOfEach() {
    List<StoredSample> all = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      all.add(kept("s" + i % 50, NOON.plusSeconds(i), i, 0));
    }
    room.journal.keep(all);
    await(room.journal.drain());
    List<StoredSample> last = await(room.journal.lastSamples(Optional.empty()));
    assertThat(last).hasSize(50).allMatch(k -> !k.sample().at().isBefore(NOON.plusSeconds(2_450)));
    assertThat(await(room.journal.lastSamples(Optional.of(SHOP)))).isEmpty();
    assertThat(
            Integer.parseInt(
                room.query("SELECT count(DISTINCT xmin::text) FROM ripcord_journal.sample")))
        .as("inserts")
        .isEqualTo(2);
  }

  @Test
  void polls_ofASpan_areTheFirstOrTheLastOnesOldestFirst() {
    List<StoredSample> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(kept("shop", NOON.plusSeconds(i), 100 + i, 0));
    }
    all.add(kept("other", NOON.plusSeconds(5), 7, 0));
    room.journal.keep(all);
    await(room.journal.drain());
    Span span = new Span(SHOP, NOON.plusSeconds(2), NOON.plusSeconds(9));

    assertThat(await(room.journal.polls(span, Which.FIRST, 3)))
        .containsExactlyElementsOf(all.subList(2, 5));
    assertThat(await(room.journal.polls(span, Which.LAST, 3)))
        .containsExactlyElementsOf(all.subList(6, 9));
    assertThat(await(room.journal.polls(span, Which.FIRST, 100))).hasSize(7);
  }

  @Test
  void pollSteps_addUpCountsAndNeverAverageShares() {
    room.journal.keep(
        List.of(
            kept("shop", NOON, 1000, 0),
            kept("shop", NOON.plusSeconds(20), 10, 10),
            kept("shop", NOON.plusSeconds(59), 0, 0),
            kept("shop", NOON.plusSeconds(180), 90, 9)));
    await(room.journal.drain());

    List<PollStep> steps =
        await(
            room.journal.pollSteps(
                new Span(SHOP, NOON, NOON.plusSeconds(3600)), Duration.ofMinutes(1)));

    Instant noon = NOON.truncatedTo(ChronoUnit.MINUTES);
    assertThat(steps).extracting(PollStep::from).containsExactly(noon, noon.plusSeconds(180));
    assertThat(steps)
        .extracting(PollStep::counts)
        .containsExactly(Optional.of(new Counts(1010, 10)), Optional.of(new Counts(90, 9)));
    assertThat(steps.getFirst().verdicts().values().stream().mapToInt(n -> n).sum()).isEqualTo(3);
  }

  @Test
  void keep_nobodyDrains_isWrittenByItself() {
    await(room.journal.keep(List.of(kept("shop", NOON, 1, 0))));
    await(written(20));
  }

  /** Asks again until the sample is there; each question is its own pause. */
  private Future<Void> written(int questions) {
    return room.journal
        .lastSamples(Optional.of(SHOP))
        .compose(
            last ->
                !last.isEmpty()
                    ? Future.succeededFuture()
                    : room.vertx
                        .timer(250, TimeUnit.MILLISECONDS)
                        .compose(
                            later ->
                                questions == 0
                                    ? Future.failedFuture("not written")
                                    : written(questions - 1)));
  }

  @Test
  void before_countsOnlyTheSpanAndWhatWasMeasured() {
    assertThat(await(room.journal.before(SHOP, NOON, Duration.ofHours(1)))).isEmpty();
    room.journal.keep(
        List.of(
            kept("shop", NOON.minusSeconds(3_601), 1_000, 500),
            kept("shop", NOON.minusSeconds(3_600), 10, 1),
            kept("shop", NOON.minusMillis(1), 20, 2),
            kept("shop", NOON, 1_000, 500),
            kept("cart", NOON.minusSeconds(60), 1_000, 500)));
    await(room.journal.drain());
    assertThat(await(room.journal.before(SHOP, NOON, Duration.ofHours(1))))
        .map(Baseline::counts)
        .contains(new Counts(30, 3));
  }

  @Test
  void before_isTheMiddleOfThePolls_whereAtLeastThreeHaveTheFigure() {
    double[] p99 = {0.2, 9, 0.1, 0.3, 0.25};
    for (int i = 0; i < p99.length; i++) {
      Sample plain = kept("shop", NOON.minusSeconds(30L * i + 30), 10, 0).sample();
      Sample timed =
          new Sample(
              plain.release(),
              plain.at(),
              plain.window(),
              plain.liveness(),
              plain.status(),
              plain.counts(),
              false,
              new Latency(
                  OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.of(p99[i])),
              i < 2 ? OptionalDouble.of(0.5) : OptionalDouble.empty(),
              OptionalDouble.of(i / 10.0),
              Optional.empty(),
              List.of());
      room.journal.keep(List.of(new StoredSample(SHOP, timed, HealthReading.Kind.HEALTHY)));
    }
    await(room.journal.drain());

    assertThat(await(room.journal.before(SHOP, NOON, Duration.ofHours(1))))
        .contains(
            new Baseline(
                50,
                0,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.of(0.25),
                OptionalDouble.empty(),
                OptionalDouble.of(0.2)));
  }

  /** One sample of a release, some minutes before noon. */
  private static StoredSample minutesBefore(
      int minutes, String release, long requests, long errors) {
    return kept(SHOP, release, NOON.minusSeconds(minutes * 60L), new Counts(requests, errors));
  }

  @Test
  void before_releaseThatWasBadOrIsWatched_doesNotRaiseTheMeasure() {
    Lease lease = room.lease();
    room.ended(lease, "good", "shop:1", Outcome.HEALTHY);
    room.ended(lease, "stopped", "shop:2", Outcome.ABORTED);
    for (Outcome bad :
        List.of(
            Outcome.CONDEMNED,
            Outcome.ROLLED_BACK,
            Outcome.ROLLED_BACK_UNHEALTHY,
            Outcome.FAILED)) {
      room.ended(lease, bad.text(), "shop:3", bad);
      room.journal.keep(List.of(minutesBefore(30, bad.text(), 1_000, 900)));
    }
    room.open(lease, "new", "shop:4");
    room.journal.keep(
        List.of(
            minutesBefore(50, "good", 1_000, 40),
            minutesBefore(40, "stopped", 1_000, 40),
            minutesBefore(20, "", 1_000, 40),
            minutesBefore(10, "new", 1_000, 900)));
    await(room.journal.drain());
    assertThat(await(room.journal.before(SHOP, NOON, Duration.ofHours(1))))
        .map(Baseline::counts)
        .contains(new Counts(3_000, 120));
  }

  @Test
  void before_releaseThatWasBadAndThenGood_countsItsGoodTimeOnly() {
    Lease lease = room.lease();
    room.ended(lease, "v1", "shop:1", Outcome.ROLLED_BACK);
    room.ended(lease, "v1", "shop:1", Outcome.HEALTHY);
    room.query(
        "UPDATE ripcord_journal.watch SET started_at = started_at - CASE outcome"
            + " WHEN 'healthy' THEN interval '15 minutes' ELSE interval '45 minutes' END");
    room.journal.keep(
        List.of(minutesBefore(40, "v1", 1_000, 900), minutesBefore(10, "v1", 1_000, 40)));
    await(room.journal.drain());
    assertThat(await(room.journal.before(SHOP, NOON, Duration.ofHours(1))))
        .map(Baseline::counts)
        .contains(new Counts(1_000, 40));
  }

  @Test
  void sweep_deletesWhatIsPastTheRetentionInChunks() {
    Instant now =
        Instant.parse(
            room.query(
                "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"));
    List<StoredSample> all = new ArrayList<>();
    IntStream.range(0, 25).forEach(i -> all.add(kept("shop", now.minusSeconds(7_200 + i), 1, 0)));
    IntStream.range(0, 5).forEach(i -> all.add(kept("shop", now.minusSeconds(i), 1, 0)));
    room.journal.keep(all);
    await(room.journal.drain());
    SampleRows rows = new SampleRows(new JournalPool(room.vertx, room.database));
    assertThat(await(rows.sweep(Duration.ofHours(1), 10))).isEqualTo(10);
    assertThat(await(rows.sweep(Duration.ofHours(1), 10))).isEqualTo(10);
    assertThat(await(rows.sweep(Duration.ofHours(1), 10))).isEqualTo(5);
    assertThat(room.query("SELECT count(*) FROM ripcord_journal.sample")).isEqualTo("5");
  }

  @Test
  void keep_databaseIsAway_theNewestWaitAndTheRestIsDropped() {
    Vertx vertx = Vertx.vertx();
    SampleRows nowhere = new SampleRows(new JournalPool(vertx, room.database.setPort(1)));
    SampleBuffer buffer =
        new SampleBuffer(vertx, nowhere, Duration.ofDays(1), new JournalHealth(() -> 0));
    List<StoredSample> many = new ArrayList<>();
    for (int i = 0; i < SampleBuffer.MAX + 100; i++) {
      many.add(kept("shop", NOON.plusSeconds(i), 1, 0));
    }
    buffer.keep(many);
    assertThatThrownBy(() -> await(buffer.drain())).hasMessageContaining("127.0.0.1:1");
    assertThat(buffer.waitingCount()).isEqualTo(SampleBuffer.MAX);
    await(buffer.close());
    await(vertx.close());
  }
}
