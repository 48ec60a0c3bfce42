package dev.ripcord.health;

import java.util.Locale;
import java.util.OptionalDouble;

/** What a rule looks at. */
public enum Measure {
  /** Failed requests of all, and whether the service answers at all. */
  ERROR_RATE(Unit.SHARE),
  /** Median latency. */
  LATENCY_P50(Unit.SECONDS),
  /** 95th percentile of latency. */
  LATENCY_P95(Unit.SECONDS),
  /** 99th percentile of latency. */
  LATENCY_P99(Unit.SECONDS),
  /** Share of the CPU. */
  CPU(Unit.SHARE),
  /** Share of the memory. */
  MEMORY(Unit.SHARE),
  /** Share of the requests that took longer than a stated time. */
  SLOW_REQUESTS(Unit.SHARE),
  /** Share of the connections that its database may have. */
  DATABASE_CONNECTIONS(Unit.SHARE),
  /** The longest time that a session of its database waits for a lock now. */
  DATABASE_LOCK_WAIT(Unit.MANY_SECONDS),
  /** How long the oldest transaction of its database is open. */
  DATABASE_TRANSACTION(Unit.MANY_SECONDS);

  private enum Unit {
    SHARE,
    /** Shown as milliseconds. */
    SECONDS,
    /** Shown as they are. */
    MANY_SECONDS
  }

  private final Unit unit;

  Measure(Unit unit) {
    this.unit = unit;
  }

  /** As configuration, JSON and metrics spell it: {@code latency-p99}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** As people say it: {@code latency p99}. */
  public String words() {
    return text().replace('-', ' ');
  }

  /** Whether its values are shares, and not seconds. */
  public boolean isShare() {
    return unit == Unit.SHARE;
  }

  /** A value as it stands to a limit: {@code 42%}, {@code 812 ms}. */
  public String figureText(double value, double limit) {
    return switch (unit) {
      case SHARE -> FigureText.share(value, limit);
      case SECONDS -> FigureText.millis(value, limit);
      case MANY_SECONDS -> FigureText.seconds(value, limit);
    };
  }

  /** A value: {@code 42%}, {@code 812 ms}. */
  public String figureText(double value) {
    return switch (unit) {
      case SHARE -> FigureText.share(value);
      case SECONDS -> FigureText.millis(value);
      case MANY_SECONDS -> FigureText.seconds(value, Double.NaN);
    };
  }

  /** A limit, whole: {@code 92.5%}, {@code 800 ms}. */
  public String limitText(double limit) {
    return switch (unit) {
      case SHARE -> FigureText.shareLimit(limit);
      case SECONDS -> FigureText.millisLimit(limit);
      case MANY_SECONDS -> FigureText.plain(limit) + " s";
    };
  }

  /** What a sample says of it; empty where it was not measured, and for the error rate. */
  public OptionalDouble of(Sample sample) {
    return switch (this) {
      case ERROR_RATE -> OptionalDouble.empty();
      case LATENCY_P50 -> sample.latency().p50();
      case LATENCY_P95 -> sample.latency().p95();
      case LATENCY_P99 -> sample.latency().p99();
      case SLOW_REQUESTS -> sample.latency().slow();
      case CPU -> sample.cpu();
      case MEMORY -> sample.memory();
      case DATABASE_CONNECTIONS ->
          sample.database().map(DatabaseState::connectionShare).orElse(OptionalDouble.empty());
      case DATABASE_LOCK_WAIT ->
          sample.database().map(DatabaseState::lockWait).orElse(OptionalDouble.empty());
      case DATABASE_TRANSACTION ->
          sample.database().map(DatabaseState::transaction).orElse(OptionalDouble.empty());
    };
  }
}
