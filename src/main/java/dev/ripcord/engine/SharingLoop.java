package dev.ripcord.engine;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.release.ServiceName;
import dev.ripcord.sharing.OwnLeases;
import dev.ripcord.sharing.Sharing;
import dev.ripcord.sharing.SharingView;
import dev.ripcord.sharing.SharingView.Leased;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the leases of the services and gives some back, round by round, as {@link Sharing} decides
 * by what the journal says of the daemons that live. Called on the engine's event loop.
 */
final class SharingLoop {
  private static final Logger LOG = LoggerFactory.getLogger(SharingLoop.class);

  /** From the end of a round to the next one. */
  private static final long EVERY_MILLIS = 500;

  /** So many leases are taken at a time when the daemon starts. */
  private static final int AT_ONCE = 1_000;

  /** So many services are named in one line of the log at most. */
  private static final int NAMED_MAX = 5;

  private final EngineContext context;
  private final SortedMap<ServiceName, ServiceLoop> loops;
  private final boolean shared;
  private Sharing sharing = Sharing.BEGIN;

  /** Loops of services that are no longer configured, until they are removed. */
  private volatile List<ServiceLoop> retiring = List.of();

  private volatile SharingView view;
  private Set<ServiceName> configured;
  private String unread = "";
  private String shares = "";
  private boolean stopped;

  /** Whether the last view needs no further round: ten thousand services cost nothing then. */
  private boolean atRest;

  /**
   * Does nothing yet.
   *
   * @param shared whether other daemons on the same journal share the services; else all are taken
   *     as soon as they are free
   */
  SharingLoop(EngineContext context, SortedMap<ServiceName, ServiceLoop> loops, boolean shared) {
    this.context = context;
    this.loops = loops;
    this.shared = shared;
    this.configured = configured(loops);
    this.view = SharingView.alone(configured);
  }

  /** The first round: takes what is this process's; fails where that fails. */
  Future<Void> begin() {
    return read()
        .compose(
            read -> {
              Sharing.Round round = decide(read);
              atRest = false;
              return begin(round.take(), 0);
            });
  }

  private Future<Void> begin(List<ServiceName> take, int from) {
    if (from >= take.size()) {
      return Future.succeededFuture();
    }
    int to = Math.min(take.size(), from + AT_ONCE);
    Map<ServiceName, Leased> before = view.leases();
    List<ServiceName> taken = new ArrayList<>();
    List<Future<Void>> asked = new ArrayList<>();
    for (ServiceName service : take.subList(from, to)) {
      asked.add(loop(service).begin(shared).onSuccess(x -> taken.add(service)));
    }
    return Future.join(asked).onSuccess(x -> sayTaken(taken, before)).compose(x -> begin(take, to));
  }

  /** Goes on with a round after the other. */
  void start() {
    if (!stopped) {
      context.timers().setTimer(EVERY_MILLIS, t -> round().onComplete(x -> start()));
    }
  }

  /** No more rounds, and no part in the sharing: what is given back from now on is for others. */
  void stop() {
    stopped = true;
    if (shared) {
      context.journal().withdraw().onFailure(e -> LOG.debug("the daemon could not withdraw", e));
    }
  }

  /** The daemons that live beside this one. Any thread may call it. */
  List<String> others() {
    return view.others().stream().map(SharingView.Daemon::who).toList();
  }

  /** Whether another daemon that lives holds the lease of a service. */
  boolean isElsewhere(ServiceName service) {
    return view.heldElsewhere(service).flatMap(Leased::session).flatMap(view::daemon).isPresent();
  }

  private Future<SharingView> read() {
    return shared
        ? context.journal().sharing(context.holder(), configured)
        : Future.succeededFuture(SharingView.alone(configured));
  }

  /**
   * The services that this process is to watch: those that are gone have no part in the sharing.
   */
  private static Set<ServiceName> configured(SortedMap<ServiceName, ServiceLoop> loops) {
    return loops.values().stream()
        .filter(loop -> !loop.isRetiring())
        .map(loop -> loop.service().name())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Other services are to be watched: the next round looks at all of them. */
  void wake() {
    configured = configured(loops);
    retiring = loops.values().stream().filter(ServiceLoop::isRetiring).toList();
    atRest = false;
  }

  /**
   * Gives back the leases of services that are no longer configured, those under watch when that
   * has ended, and forgets the services.
   */
  private void retire() {
    for (ServiceLoop loop : retiring) {
      if (!loop.isRetiring() || loop.isLeaving()) {
        continue;
      }
      Optional<OwnLeases.Busy> busy = loop.busy();
      ServiceName service = loop.service().name();
      if (busy.isEmpty()) {
        loops.remove(service);
        retiring = retiring.stream().filter(each -> each != loop).toList();
        loop.stop().onFailure(e -> LOG.debug("{} was not ended in order", service, e));
        loop.service().platform().ifPresent(unused -> Reconfiguration.closeLater(context, unused));
        context.observer().removed(service);
        LOG.info("{} is not watched any more", service);
      } else if (loop.watcher().isEmpty() && busy.get() != OwnLeases.Busy.PINNED) {
        loop.handOver("it is no longer configured there")
            .onFailure(
                e ->
                    LOG.warn(
                        "the lease on {} was not given back in order: {}",
                        service,
                        RollbackPlanning.message(e)));
      }
    }
  }

  private Future<Void> round() {
    if (stopped) {
      return Future.succeededFuture();
    }
    retire();
    return read()
        .onSuccess(
            read -> {
              unread = "";
              if (!stopped) {
                act(read);
              }
            })
        .<Void>mapEmpty()
        .recover(
            e -> {
              String why = RollbackPlanning.message(e);
              if (!why.equals(unread)) {
                unread = why;
                LOG.warn("no lease is taken or given back until it is known who lives: {}", why);
              }
              return Future.succeededFuture();
            });
  }

  /**
   * The journal gives the very same view where nothing has changed; an equal one may be a new one.
   */
  @SuppressWarnings("ReferenceEquality")
  private boolean isKnown(SharingView read) {
    return read == view;
  }

  private void act(SharingView read) {
    if (atRest && isKnown(read)) {
      return;
    }
    Map<ServiceName, Leased> before = read.leases();
    Sharing.Round round = decide(read);
    List<Future<Void>> asked = new ArrayList<>();
    List<ServiceName> taken = new ArrayList<>();
    for (ServiceName service : round.take()) {
      asked.add(loop(service).take().onSuccess(x -> taken.add(service)).otherwiseEmpty());
    }
    if (!asked.isEmpty()) {
      Future.join(asked).onSuccess(x -> sayTaken(taken, before));
    }
    give(round.give());
    if (round.take().isEmpty() && round.give().isEmpty()) {
      sayShares();
    }
  }

  private Sharing.Round decide(SharingView read) {
    view = read;
    Map<ServiceName, OwnLeases.Busy> held = new HashMap<>();
    Set<ServiceName> leaving = new HashSet<>();
    Set<ServiceName> ready = new HashSet<>();
    loops.forEach(
        (service, loop) -> {
          loop.busy().ifPresent(busy -> held.put(service, busy));
          if (loop.isLeaving()) {
            leaving.add(service);
          } else if (loop.isReady()) {
            ready.add(service);
          }
        });
    Sharing.Round round = sharing.on(read, new OwnLeases(held, leaving, ready));
    sharing = round.next();
    atRest = round.atRest();
    if (shared) {
      loops.forEach(this::standBy);
    }
    return round;
  }

  /** Says who has the lease of a service that is not this process's. */
  private void standBy(ServiceName service, ServiceLoop loop) {
    if (loop.busy().isPresent() || loop.isLeaving()) {
      return;
    }
    Optional<Leased> elsewhere = view.heldElsewhere(service);
    if (elsewhere.isEmpty()) {
      return;
    }
    loop.standBy(elsewhere.map(Leased::who));
    if (!isElsewhere(service)) {
      loop.waits("it is watched by " + elsewhere.get().who());
    }
  }

  private void give(List<Sharing.Gift> gifts) {
    Map<String, List<ServiceName>> given = new LinkedHashMap<>();
    for (Sharing.Gift gift : gifts) {
      String why =
          gift.asked()
              ? "a release was announced to " + gift.to().who()
              : "it gave it back to share evenly with " + gift.to().who();
      given.computeIfAbsent(why, x -> new ArrayList<>()).add(gift.service());
      loop(gift.service())
          .handOver(why)
          .onFailure(
              e ->
                  LOG.warn(
                      "the lease on {} was not given back in order: {}",
                      gift.service(),
                      RollbackPlanning.message(e)));
    }
    given.forEach(
        (why, services) ->
            LOG.info(
                "gives back {}: {}", counted(services), why.replaceFirst("^it gave it back ", "")));
  }

  /** A line for each process that something was taken over from, and why. */
  private void sayTaken(List<ServiceName> taken, Map<ServiceName, Leased> before) {
    Map<String, List<ServiceName>> from = new LinkedHashMap<>();
    for (ServiceName service : taken) {
      Leased leased = before.get(service);
      ServiceLoop loop = loops.get(service);
      if (leased != null && loop != null && loop.lease().isPresent()) {
        from.computeIfAbsent(leased.who() + ": " + leased.left(), x -> new ArrayList<>())
            .add(service);
      }
    }
    from.forEach((why, services) -> LOG.info("took over {} from {}", counted(services), why));
  }

  private static String counted(Collection<ServiceName> services) {
    String names =
        services.stream().limit(NAMED_MAX).map(ServiceName::text).collect(Collectors.joining(", "));
    return services.size() == 1
        ? "the lease on " + names
        : "%d leases (%s%s)"
            .formatted(services.size(), names, services.size() > NAMED_MAX ? ", …" : "");
  }

  /** Says how the services are shared, when that has changed and has come to rest. */
  private void sayShares() {
    Map<Long, Integer> counts = new HashMap<>();
    view.leases()
        .values()
        .forEach(leased -> leased.session().ifPresent(s -> counts.merge(s, 1, Integer::sum)));
    String now =
        view.daemons().stream()
            .map(
                each ->
                    (each.session() == view.self() ? "this one" : each.who())
                        + " "
                        + counts.getOrDefault(each.session(), 0))
            .collect(Collectors.joining(", "));
    boolean alone = view.daemons().size() < 2;
    if (!now.equals(shares) && !(alone && shares.isEmpty())) {
      shares = alone ? "" : now;
      LOG.info(
          alone
              ? "no other daemon lives; leases: {}"
              : "%d daemons share the leases: {}".formatted(view.daemons().size()),
          now);
    }
  }

  private ServiceLoop loop(ServiceName service) {
    return Objects.requireNonNull(loops.get(service));
  }
}
