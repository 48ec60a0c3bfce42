package dev.ripcord.cli.watch;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Format;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.report.Moment;
import dev.ripcord.report.Moments;
import dev.ripcord.watch.Condemnation;
import dev.ripcord.watch.WatchSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Prints a watch as it happens, a line for each thing, each with its time. Called on event loops;
 * the consumer must return at once.
 */
final class TextReporter implements Observer {
  private final Ansi paint;
  private final ZoneId zone;
  private final Supplier<Instant> now;
  private final Consumer<String> line;
  private final Told told;
  private final Moments moments;
  private Optional<Condemnation> cause = Optional.empty();
  private int polls;
  private boolean condemned;

  /** How much is told. */
  enum Told {
    /** Everything. */
    ALL,
    /** All but the ending, which is told by who waits for it. */
    WITHOUT_ENDING,
    /** What is more than a live block beside it shows: that has the polls and what is watched. */
    BESIDE_BLOCK
  }

  TextReporter(Ansi paint, ZoneId zone, Supplier<Instant> now, Consumer<String> line) {
    this(paint, zone, now, line, Told.ALL);
  }

  /** One story. */
  TextReporter(Ansi paint, ZoneId zone, Supplier<Instant> now, Consumer<String> line, Told told) {
    this.paint = paint;
    this.zone = zone;
    this.now = now;
    this.line = line;
    this.told = told;
    this.moments = new Moments(zone);
  }

  @Override
  public void polled(
      ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {
    if (condemned || moments.watch().isEmpty()) {
      return;
    }
    WatchSpec charter = moments.watch().get().charter();
    if (!sample.release().equals(charter.release().name())) {
      return;
    }
    polls++;
    if (told != Told.BESIDE_BLOCK || streak > 0) {
      poll(sample, reading, streak, charter.rules());
    }
    cause.ifPresent(
        why -> {
          condemned = true;
          print(Moments.condemned(sample.at(), why));
        });
  }

  private void poll(Sample sample, HealthReading reading, int streak, Rules rules) {
    String row = streak == 0 ? "" : "   " + paint.bad(streak + " of " + rules.breaches().needed());
    String entry =
        String.format(
            "poll %d %-8s %s%s",
            polls,
            paint.reading(reading.kind()),
            Moments.figures(sample, reading, rules.threshold()),
            row);
    print(sample.at(), entry.stripTrailing());
  }

  @Override
  public void underWay(ServiceName service, String text) {
    print(now.get(), "  … " + Format.firstLine(text));
  }

  @Override
  public void recorded(Recorded recorded) {
    List<Moment> said = moments.after(recorded);
    cause = moments.condemned().or(() -> cause);
    switch (recorded.entry()) {
      case Entry.Opened _ when told == Told.BESIDE_BLOCK ->
          said.stream().filter(moment -> moment.mark() != Moment.Mark.NONE).forEach(this::print);
      case Entry.Finished _ when told != Told.ALL -> {}
      case Entry.Planned _ -> {
        condemned = true;
        said.forEach(this::print);
      }
      default -> said.forEach(this::print);
    }
  }

  /**
   * Goes on with a watch that another process began.
   *
   * @param before its entries, which need not be told again
   * @param pollsBefore how many polls are among them
   */
  void resumed(List<Recorded> before, int pollsBefore) {
    before.forEach(moments::know);
    cause = Optional.empty();
    condemned = moments.watch().flatMap(WatchProjection::plan).isPresent();
    polls = pollsBefore;
    WatchSpec known = moments.watch().orElseThrow().charter();
    Release release = known.release();
    print(
        now.get(),
        "going on with "
            + release.service()
            + " release "
            + release.shownName()
            + ", begun "
            + Format.clock(known.startedAt(), zone));
  }

  private void print(Moment moment) {
    String sign = paint.mark(moment.mark().sign());
    print(moment.at(), sign.isEmpty() ? moment.text() : sign + " " + moment.text());
  }

  private void print(Instant at, String text) {
    line.accept(Format.clock(at, zone) + " " + paint.plain(text));
  }
}
