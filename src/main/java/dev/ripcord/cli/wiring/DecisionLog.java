package dev.ripcord.cli.wiring;

import dev.ripcord.cli.console.Format;
import dev.ripcord.health.Counts;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchSpec;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs what polls said and how watches begin and end: polls that change something, else one a
 * minute for each service; the others where all is logged. Where services are many, those that are
 * well and have no release under watch share one line a minute. Of a reason it logs the code and
 * not the text, which may hold what a service has sent.
 */
final class DecisionLog implements Observer {
  private static final Logger POLLS = LoggerFactory.getLogger("dev.ripcord.polls");
  private static final Logger WATCHES = LoggerFactory.getLogger("dev.ripcord.watches");
  private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

  /** Of so many services each has a line of its own a minute. */
  private static final int FEW = 20;

  private final Map<ServiceName, Ratio> thresholds;
  private final boolean fields;
  private final LongSupplier nanos;
  private final Map<ServiceName, Logged> last = new ConcurrentHashMap<>();
  private final Map<ServiceName, HealthReading.Kind> verdicts = new ConcurrentHashMap<>();
  private final Set<ServiceName> underWatch = ConcurrentHashMap.newKeySet();
  private final LongAdder polls = new LongAdder();
  private final AtomicLong toldAt;

  /** What was logged of a service: the same again is news only after a while. */
  private record Logged(
      String release, HealthReading.Kind verdict, int streak, List<String> reasons, long nanos) {
    boolean isSameAs(Logged other) {
      return release.equals(other.release)
          && verdict == other.verdict
          && streak == other.streak
          && reasons.equals(other.reasons);
    }
  }

  /**
   * Nothing was logged yet.
   *
   * @param thresholds the limit of each service's error rate; changes with the configuration
   * @param fields whether lines have fields beside their message, as a log in JSON does
   * @param nanos a clock for durations
   */
  DecisionLog(Map<ServiceName, Ratio> thresholds, boolean fields, LongSupplier nanos) {
    this.thresholds = thresholds;
    this.fields = fields;
    this.nanos = nanos;
    this.toldAt = new AtomicLong(nanos.getAsLong());
  }

  @Override
  public void polled(
      ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {
    List<String> reasons =
        reading.reasons().isEmpty()
            ? List.of()
            : reading.reasons().stream()
                .map(Reason::code)
                .distinct()
                .map(Reason.Code::text)
                .toList();
    Logged now = new Logged(sample.release(), reading.kind(), streak, reasons, nanos.getAsLong());
    Logged before = last.get(service);
    boolean isOneOfMany =
        thresholds.size() > FEW && !underWatch.contains(service) && !isBad(reading);
    boolean isChange = before == null ? !isOneOfMany : !before.isSameAs(now);
    boolean isNews =
        isChange || (!isOneOfMany && before != null && now.nanos() - before.nanos() >= QUIET_NANOS);
    verdicts.put(service, reading.kind());
    polls.increment();
    together(now.nanos());
    if (before == null || isNews) {
      last.put(service, now);
    }
    Level level = !isNews ? Level.DEBUG : isBad(reading) ? Level.WARN : Level.INFO;
    if (!POLLS.isEnabledForLevel(level)) {
      return;
    }
    Optional<Ratio> limit = Optional.ofNullable(thresholds.get(service));
    LoggingEventBuilder line = POLLS.atLevel(level);
    if (fields) {
      line = with(line, service, sample, now);
      line = line.addKeyValue("duration_ms", took.toMillis());
      line = limit.isEmpty() ? line : line.addKeyValue("limit", limit.get().value());
    }
    line.log(text(service, sample, limit, now));
  }

  /** How all services stand, once a minute. */
  private void together(long now) {
    long told = toldAt.get();
    if (thresholds.size() <= FEW || now - told < QUIET_NANOS || !toldAt.compareAndSet(told, now)) {
      return;
    }
    Map<HealthReading.Kind, Integer> counts = new EnumMap<>(HealthReading.Kind.class);
    verdicts.values().forEach(kind -> counts.merge(kind, 1, Integer::sum));
    LoggingEventBuilder line = POLLS.atInfo();
    long made = polls.sumThenReset();
    if (fields) {
      line = line.addKeyValue("event", "polls").addKeyValue("services", verdicts.size());
      line = line.addKeyValue("polls", made);
      for (HealthReading.Kind kind : HealthReading.Kind.values()) {
        line = line.addKeyValue(kind.text(), counts.getOrDefault(kind, 0));
      }
    }
    line.log(
        verdicts.size()
            + " services: "
            + counts.entrySet().stream()
                .map(each -> each.getValue() + " " + each.getKey().text())
                .collect(Collectors.joining(", "))
            + "; "
            + made
            + " polls in the last "
            + Format.duration(Duration.ofNanos(now - told)));
  }

  /** A service that is down, beyond a limit, or cannot be measured at all. */
  private static boolean isBad(HealthReading reading) {
    return switch (reading.kind()) {
      case WARNING, BREACH -> true;
      case UNKNOWN -> reading.unmeasured();
      case HEALTHY -> false;
    };
  }

  private static LoggingEventBuilder with(
      LoggingEventBuilder line, ServiceName service, Sample sample, Logged now) {
    LoggingEventBuilder built =
        line.addKeyValue("event", "poll").addKeyValue("service", service.text());
    if (!now.release().isEmpty()) {
      built = built.addKeyValue("release", now.release());
    }
    built =
        built
            .addKeyValue("verdict", now.verdict().text())
            .addKeyValue("answers", sample.liveness() != Liveness.SILENT);
    Optional<Counts> counts = sample.counts();
    if (counts.isPresent()) {
      built =
          built
              .addKeyValue("requests", counts.get().requests())
              .addKeyValue("errors", counts.get().errors());
    }
    if (counts.filter(c -> c.requests() > 0).isPresent()) {
      built = built.addKeyValue("error_rate", FigureText.sixDigits(counts.get()));
    }
    if (sample.latency().p99().isPresent()) {
      built = built.addKeyValue("latency_p99", sample.latency().p99().getAsDouble());
    }
    return built.addKeyValue("breaches", now.streak()).addKeyValue("reasons", now.reasons());
  }

  private static String text(
      ServiceName service, Sample sample, Optional<Ratio> limit, Logged now) {
    StringBuilder text = new StringBuilder(service.text());
    if (!now.release().isEmpty()) {
      text.append(' ').append(now.release());
    }
    text.append(": ").append(now.verdict().text());
    if (sample.liveness() == Liveness.SILENT) {
      text.append(", does not answer");
    }
    Counts counts = sample.counts().orElse(Counts.NONE);
    if (counts.requests() > 0) {
      text.append(", error rate ")
          .append(
              limit
                  .map(l -> FigureText.rateOf(counts, l) + ", limit " + l)
                  .orElseGet(() -> FigureText.rateOf(counts)));
    }
    if (now.streak() > 0) {
      text.append(now.streak() == 1 ? ", 1 breach" : ", " + now.streak() + " breaches");
    }
    if (!now.reasons().isEmpty()) {
      text.append(now.reasons().stream().collect(Collectors.joining(", ", " (", ")")));
    }
    return text.toString();
  }

  @Override
  public void recorded(Recorded recorded) {
    follow(recorded);
    switch (recorded.entry()) {
      case Entry.Opened(WatchSpec charter) -> begun(recorded, charter, "watch_started", "started");
      case Entry.Finished(Outcome outcome, String text) -> ended(recorded, outcome, text);
      case Entry.Revised _,
          Entry.Watched _,
          Entry.Planned _,
          Entry.Refused _,
          Entry.Ran _,
          Entry.ClockJumped _ -> {}
    }
  }

  @Override
  public void removed(ServiceName service) {
    thresholds.remove(service);
    last.remove(service);
    verdicts.remove(service);
  }

  @Override
  public void known(Recorded recorded) {
    follow(recorded);
    if (recorded.entry() instanceof Entry.Opened(WatchSpec charter)) {
      begun(recorded, charter, "watch_resumed", "taken up again");
    }
  }

  private void follow(Recorded recorded) {
    if (recorded.entry() instanceof Entry.Finished) {
      underWatch.remove(recorded.service());
    } else {
      underWatch.add(recorded.service());
    }
  }

  private void begun(Recorded recorded, WatchSpec charter, String event, String how) {
    Optional<ImageRef> image = charter.release().image();
    Optional<ImageRef> before = charter.release().previousImage();
    LoggingEventBuilder line = WATCHES.atInfo();
    if (fields) {
      line = named(line, recorded, event).addKeyValue("bake_s", charter.bake().toSeconds());
      line = image.isEmpty() ? line : line.addKeyValue("image", image.get().text());
      line = before.isEmpty() ? line : line.addKeyValue("previous_image", before.get().text());
      line = line.addKeyValue("acts", charter.alertOnly().isEmpty());
    }
    line.log(
        name(recorded)
            + " "
            + how
            + image.map(i -> ": " + i).orElse("")
            + before.map(b -> ", before it " + b).orElse("")
            + ", for "
            + Format.duration(charter.bake())
            + charter.alertOnly().map(why -> "; nothing is rolled back: " + why).orElse(""));
  }

  private void ended(Recorded recorded, Outcome outcome, String text) {
    Level level =
        switch (outcome) {
          case HEALTHY, ROLLED_BACK, SUPERSEDED, ABORTED -> Level.INFO;
          case INCONCLUSIVE, CONDEMNED -> Level.WARN;
          case ROLLED_BACK_UNHEALTHY, FAILED -> Level.ERROR;
        };
    LoggingEventBuilder line = WATCHES.atLevel(level);
    if (fields) {
      line =
          named(line, recorded, "watch_ended")
              .addKeyValue("outcome", outcome.text())
              .addKeyValue("exit_code", outcome.exitCode());
    }
    line.log(name(recorded) + " ended: " + outcome.text() + ", " + text);
  }

  private static LoggingEventBuilder named(
      LoggingEventBuilder line, Recorded recorded, String event) {
    return line.addKeyValue("event", event)
        .addKeyValue("watch", recorded.watch())
        .addKeyValue("service", recorded.service().text())
        .addKeyValue("release", recorded.release());
  }

  private static String name(Recorded recorded) {
    return "watch " + recorded.watch() + " of " + recorded.service() + " " + recorded.release();
  }
}
