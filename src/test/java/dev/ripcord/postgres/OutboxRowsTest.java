package dev.ripcord.postgres;

import static dev.ripcord.postgres.JournalRoom.NOON;
import static dev.ripcord.postgres.JournalRoom.alert;
import static dev.ripcord.postgres.JournalRoom.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.port.Entry;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Outbox;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.rollback.RunEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxRowsTest {
  private static final Instant AFTER_THE_CLAIM = NOON.plus(OutboxRows.CLAIM);
  private final JournalRoom room = new JournalRoom();
  private final Outbox outbox = room.journal.outbox();

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void append_withAnAlert_isDueOnceForEachChannel() {
    Lease lease = room.lease();
    long watch = room.open(lease, "v1", "shop:1");
    List<Entry> begun = List.of(new Entry.Ran(new RunEvent.Begun()));
    await(room.journal.append(lease, room.entries(watch, begun, alert("a"), alert("a"))));
    await(room.journal.tell(List.of(alert("a"), alert("b"))));
    List<Due> due = await(outbox.due(NOON, 10));
    assertThat(due)
        .extracting(d -> d.alert().key() + " " + d.channel())
        .containsExactly("a slack", "a webhook", "b slack", "b webhook");
    assertThat(due.get(0).alert()).isEqualTo(alert("a"));
    assertThat(due.get(0).attempts()).isZero();
  }

  @Test
  void due_beforeItsTime_isNotGiven() {
    await(room.journal.tell(List.of(alert("a"))));
    assertThat(await(outbox.due(NOON.minusMillis(1), 10))).isEmpty();
  }

  @Test
  void due_takenAndNotMarked_isDueAgainAfterTheClaim() {
    await(room.journal.tell(List.of(alert("a"))));
    assertThat(await(outbox.due(NOON, 1))).hasSize(1);
    assertThat(await(room.another().outbox().due(NOON, 10))).hasSize(1);
    assertThat(await(outbox.due(AFTER_THE_CLAIM.minusMillis(1), 10))).isEmpty();
    assertThat(await(outbox.due(AFTER_THE_CLAIM, 10))).hasSize(2);
  }

  @Test
  void marks_deliveredRetriedAndGivenUp_areKept() {
    await(room.journal.tell(List.of(alert("a"), alert("b"))));
    List<Due> due = await(outbox.due(NOON, 3));
    await(outbox.delivered(due.get(0), NOON));
    await(outbox.gaveUp(due.get(1), NOON, "404 \0"));
    Instant later = NOON.plus(Duration.ofHours(1));
    await(outbox.retryAt(due.get(2), later, "connection refused"));
    List<Due> left = await(outbox.due(later, 10));
    assertThat(left)
        .extracting(d -> d.alert().key() + " " + d.channel() + " " + d.attempts())
        .containsExactly("b slack 1", "b webhook 0");
    assertThat(room.query("SELECT last_error FROM ripcord_journal.outbox WHERE gave_up_at NOTNULL"))
        .isEqualTo("404 \uFFFD");
    await(room.journal.tell(List.of(alert("a"))));
    assertThat(room.query("SELECT count(*) FROM ripcord_journal.outbox")).isEqualTo("4");
  }
}
