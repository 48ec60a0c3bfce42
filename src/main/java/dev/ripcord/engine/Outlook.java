package dev.ripcord.engine;

import dev.ripcord.engine.context.Desk;
import dev.ripcord.engine.context.Service;
import dev.ripcord.engine.rollback.Notices;
import dev.ripcord.engine.rollback.Planning;
import dev.ripcord.port.Alert;
import dev.ripcord.watch.Charter;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a release under watch could be rolled back: asked at the start, when there is time to fix
 * what is in the way, and told to people when it could not.
 */
final class Outlook {
  private static final Logger LOG = LoggerFactory.getLogger(Outlook.class);

  private static final long MARK_SECONDS = 20;

  private final Desk desk;
  private final Service service;
  private final Charter charter;
  private String line;
  private Prospect prospect = new Prospect.Unknown();

  Outlook(Desk desk, Service service, Charter charter) {
    this.desk = desk;
    this.service = service;
    this.charter = charter;
    if (service.platform().isEmpty()) {
      prospect = new Prospect.Impossible("nothing is configured that could put an image back");
    }
    this.line =
        charter
            .alertOnly()
            .map(why -> "alert only: " + why)
            .orElse("checking whether it can be rolled back");
  }

  /** In one line, as it was when it was asked last. */
  String line() {
    return line;
  }

  /** Whether it could be, as it was when it was asked last. */
  Prospect prospect() {
    return prospect;
  }

  /** Asks, and tells people of trouble once for each watch. Never fails: the line says it then. */
  Future<Void> ask(long watch) {
    if (charter.alertOnly().isPresent()) {
      return Future.succeededFuture();
    }
    return mark()
        .compose(
            marked ->
                new Planning(desk.journal(), service)
                    .plan(charter.release(), service.terms().policy()))
        .map(
            planned -> {
              line = planned.line();
              prospect = Prospect.of(planned);
              return planned.isWorrying();
            })
        .recover(
            e -> {
              line = "not known whether it can be rolled back: " + Planning.said(e);
              LOG.warn("watch {} of {}: {}", watch, service.name(), line);
              return Future.succeededFuture(false);
            })
        .compose(worrying -> worrying ? warn(watch) : Future.succeededFuture());
  }

  /**
   * Writes down where another tool left the database, when a watch begins and when it ends. Where
   * that fails the plan says what is not known.
   */
  Future<Void> mark() {
    if (service.schema().isEmpty()) {
      return Future.succeededFuture();
    }
    String release = charter.release().name();
    return service
        .schema()
        .get()
        .mark(release)
        .timeout(MARK_SECONDS, TimeUnit.SECONDS)
        .onSuccess(said -> said.ifPresent(text -> LOG.info("{}: {}", service.name(), text)))
        .onFailure(e -> LOG.warn("{}: no savepoint: {}", service.name(), Planning.said(e)))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private Future<Void> warn(long watch) {
    LOG.warn("watch {} of {}: {}", watch, service.name(), line);
    Alert alert = Notices.noWayBack(charter.release(), watch, line, desk.now());
    return desk.journal()
        .tell(List.of(alert))
        .onFailure(e -> LOG.warn("no alert is sent for it: {}", Planning.said(e)))
        .otherwiseEmpty();
  }
}
