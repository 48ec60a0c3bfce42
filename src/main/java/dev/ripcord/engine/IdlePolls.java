package dev.ripcord.engine;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Alert;
import dev.ripcord.watch.Effect;
import dev.ripcord.watch.IdleWatch;
import dev.ripcord.watch.WatchStats;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The polls of a service that has no release under watch: people are told, and no more. */
final class IdlePolls {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceLoop.class);

  private final EngineContext context;
  private WatchedService service;
  private Judge judge;
  private IdleWatch standing = IdleWatch.start();
  private int beginnings;

  IdlePolls(EngineContext context, WatchedService service, Judge judge) {
    this.context = context;
    this.service = service;
    this.judge = judge;
  }

  /** The service is configured otherwise: what was seen stays, and is judged so from now on. */
  void configure(WatchedService changed, Judge by) {
    service = changed;
    judge = by;
  }

  /** Forgets what was seen. */
  void restart() {
    beginnings++;
    standing = IdleWatch.start();
  }

  /**
   * Begins anew with what people were told last: where that was that the service is not well, they
   * are told when it is again, though another process told it, or a watch that has ended.
   */
  void takeUp() {
    restart();
    int beginning = beginnings;
    context
        .journal()
        .isTroubled(service.name())
        .onSuccess(
            troubled -> {
              if (troubled && beginning == beginnings) {
                standing = standing.troubled();
              }
            })
        .onFailure(e -> LOG.debug("what was said last of {} cannot be read", service.name(), e));
  }

  /** What was seen since it began. */
  WatchStats tally() {
    return standing.tally();
  }

  /** Whether people were told of something that has not ended. */
  boolean isFiring() {
    return standing.firing();
  }

  /** Judges a poll and writes down what people are to be told. */
  Future<Void> on(Sample sample) {
    IdleWatch.Step step = standing.on(sample, judge, service.terms().rules());
    standing = step.next();
    if (step.notices().isEmpty()) {
      return Future.succeededFuture();
    }
    Instant now = context.now();
    List<Alert> alerts = new ArrayList<>();
    for (Effect.Notify tell : step.notices()) {
      Alert alert = WatchNotices.standing(service.name(), tell, standing.tally(), now);
      boolean good = alert.kind().severity() == Alert.Severity.GOOD;
      LOG.atLevel(good ? Level.INFO : Level.WARN).log("{}: {}", alert.title(), tell.text());
      alerts.add(alert);
    }
    return context.journal().enqueue(alerts);
  }
}
