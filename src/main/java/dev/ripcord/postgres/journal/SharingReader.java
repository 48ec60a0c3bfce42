package dev.ripcord.postgres.journal;

import dev.ripcord.release.ServiceName;
import dev.ripcord.sharing.SharingView;
import dev.ripcord.sharing.SharingView.Daemon;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Reads who shares the services of the journal, in the session that holds the leases of this
 * process. The rows of all leases are read only when the sessions and their sums have changed, so
 * that to ask again and again costs little with ten thousand services. Thread-safe; one question at
 * a time is asked.
 */
final class SharingReader {
  private static final SharingView NOBODY = new SharingView(0, List.of(), Map.of());

  private final Map<Long, Registered> services = new HashMap<>();
  private long registered;
  private Set<ServiceName> own = Set.of();
  private boolean withdrawn;
  private List<DaemonRows.Session> last = List.of();
  private SharingView view = NOBODY;

  /** What a daemon watches, and the version of the row that says so. */
  private record Registered(long version, Set<ServiceName> services) {}

  /** Makes the session that of a daemon over some services where it is not yet, and reads. */
  Future<SharingView> read(LeaseSession in, String holder, Set<ServiceName> watched) {
    return register(in, holder, watched)
        .compose(x -> DaemonRows.sessions(in.connection()))
        .compose(sessions -> isKnown(in, sessions) ? known() : read(in, sessions));
  }

  /** This process has taken or given back a lease: all is read anew. */
  synchronized void forget() {
    last = List.of();
  }

  private Future<Void> register(LeaseSession in, String holder, Set<ServiceName> watched) {
    synchronized (this) {
      if (withdrawn || (registered == in.id() && watched.equals(own))) {
        return Future.succeededFuture();
      }
    }
    return DaemonRows.register(in.connection(), in.id(), holder, watched)
        .onSuccess(
            x -> {
              synchronized (this) {
                registered = in.id();
                own = watched;
              }
            });
  }

  private synchronized boolean isKnown(LeaseSession in, List<DaemonRows.Session> sessions) {
    return view.self() == in.id() && sessions.equals(last);
  }

  private synchronized Future<SharingView> known() {
    return Future.succeededFuture(view);
  }

  private Future<SharingView> read(LeaseSession in, List<DaemonRows.Session> sessions) {
    PgConnection connection = in.connection();
    return DaemonRows.services(connection, unknown(sessions))
        .compose(
            found ->
                DaemonRows.leases(connection, sessions)
                    .map(leases -> viewed(in.id(), sessions, found, leases)));
  }

  private synchronized List<Long> unknown(List<DaemonRows.Session> sessions) {
    return sessions.stream()
        .filter(session -> session.daemon().isPresent() && watched(session).isEmpty())
        .map(DaemonRows.Session::id)
        .toList();
  }

  /** What a daemon watches, where that was read since it said so last. */
  private Optional<Set<ServiceName>> watched(DaemonRows.Session session) {
    return Optional.ofNullable(services.get(session.id()))
        .filter(known -> known.version() == session.registered())
        .map(Registered::services);
  }

  private synchronized SharingView viewed(
      long self,
      List<DaemonRows.Session> sessions,
      Map<Long, Set<ServiceName>> found,
      Map<ServiceName, SharingView.Leased> leases) {
    List<Daemon> daemons = new ArrayList<>();
    for (DaemonRows.Session session : sessions) {
      Optional.ofNullable(found.get(session.id()))
          .ifPresent(
              read -> services.put(session.id(), new Registered(session.registered(), read)));
      Optional<Set<ServiceName>> watched = watched(session);
      if (session.daemon().isPresent() && !session.still() && watched.isPresent()) {
        String from = Objects.requireNonNullElse(session.client(), "this host");
        daemons.add(
            new Daemon(
                session.id(),
                "%s (database session %d from %s)"
                    .formatted(session.daemon().get(), session.pid(), from),
                watched.get()));
      }
    }
    services.keySet().retainAll(sessions.stream().map(DaemonRows.Session::id).toList());
    last = sessions;
    view = new SharingView(self, daemons, leases);
    return view;
  }

  /** This process takes no part any more. */
  Future<Void> withdraw(LeaseSession in) {
    synchronized (this) {
      withdrawn = true;
    }
    return DaemonRows.withdraw(in.connection(), in.id());
  }
}
