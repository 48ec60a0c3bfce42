package dev.ripcord.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.health.HealthReading.Kind;
import dev.ripcord.health.Ratio;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.StoredSample;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which service stands first, and how one is read. */
final class ServiceStateTest {
  private static ServiceState state(String name, Kind verdict, ServiceState.Watched... watches) {
    ServiceName service = new ServiceName(name);
    return new ServiceState(
        service,
        new Ratio(50_000),
        Optional.of(new StoredSample(service, Examples.sample(1000, 4), verdict)),
        List.of(watches),
        Optional.empty(),
        Optional.of(List.of()),
        Optional.empty(),
        List.of());
  }

  private static ServiceState.Watched ended(Outcome outcome) {
    return new ServiceState.Watched(Examples.ended(7, outcome, "text"), Optional.empty());
  }

  private static ServiceState.Watched open(Entry... more) {
    List<Entry> all =
        Stream.concat(Stream.of(new Entry.Opened(Examples.charter("v42"))), Stream.of(more))
            .toList();
    Optional<WatchProjection> watch = Optional.empty();
    for (int i = 0; i < all.size(); i++) {
      watch = WatchProjection.after(watch, Examples.recorded(i + 1L, all.get(i)));
    }
    return new ServiceState.Watched(
        new WatchRow(
            7, Examples.charter("v42"), Optional.empty(), Optional.empty(), Optional.empty()),
        watch);
  }

  @Test
  void services_standByWhoNeedsSomebodyMost_andThenByName() {
    Entry rollback = new Entry.Watched(new WatchEvent.RollbackAsked("ann", false));
    List<ServiceState> sorted =
        Stream.of(
                state("well-b", Kind.HEALTHY, ended(Outcome.HEALTHY)),
                state("well-a", Kind.HEALTHY),
                state("watched", Kind.HEALTHY, open()),
                state("unknown", Kind.UNKNOWN),
                state("warning", Kind.WARNING),
                state("condemned", Kind.HEALTHY, ended(Outcome.CONDEMNED)),
                state("breach", Kind.BREACH),
                state("rolling", Kind.BREACH, open(rollback)),
                state("failed", Kind.BREACH, ended(Outcome.FAILED)))
            .sorted(ServiceState.WORST_FIRST)
            .toList();

    assertThat(sorted.stream().map(state -> state.name().text()))
        .containsExactly(
            "failed",
            "rolling",
            "breach",
            "condemned",
            "warning",
            "unknown",
            "watched",
            "well-a",
            "well-b");
  }

  @Test
  void service_isReadWithItsLastPollAndItsWatches() {
    StatusText text = new StatusText(new Ansi(false, false), ZoneOffset.UTC);

    assertThat(
            text.lines(
                state("shop", Kind.HEALTHY, ended(Outcome.ROLLED_BACK)),
                Examples.AT.plusSeconds(70)))
        .containsExactly(
            "shop   ✔ healthy   0.4% (4 of 1000), limit 5%   1 min 10 s ago",
            "  ↺ v42  rolled-back  10 s ago: text");
  }

  @Test
  void serviceWithoutAHolder_saysWhoGoesOn_andWhyItsSalvageIsNotKnown() {
    ServiceState known = state("shop", Kind.HEALTHY, open());
    ServiceState unread =
        new ServiceState(
            known.name(),
            known.threshold(),
            Optional.empty(),
            known.watches(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("connection refused"),
            List.of());

    assertThat(
            new StatusText(new Ansi(false, true), ZoneOffset.UTC)
                .lines(unread, Examples.AT.plusSeconds(60)))
        .containsExactly(
            "shop   not polled yet",
            "  ! v42  under way for 1 min of 15 min",
            "  what stage 2 has kept is not known: connection refused",
            "  nobody watches it now: ripcord start goes on with it");
  }

  @Test
  void moreThanTheTerminalShows_isCounted() {
    assertThat(StatusCommand.fitting(List.of("a", "b", "c"), 3)).containsExactly("a", "b", "c");
    assertThat(StatusCommand.fitting(List.of("a", "b", "c", "d"), 3))
        .containsExactly("a", "b", "… 2 lines more: ripcord status");
    assertThat(StatusCommand.fitting(List.of("a", "b"), 0))
        .containsExactly("… 2 lines more: ripcord status");
  }
}
