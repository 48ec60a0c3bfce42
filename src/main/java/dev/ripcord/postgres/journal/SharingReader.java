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
import java.util.Set;

/**
 * Reads who shares the services of the journal, in the session that holds the leases of this
 * process. The rows of all leases are read only when the sessions and their sums have changed, so
 * that to ask again and again costs little with ten thousand services. Thread-safe; one question at
 * a time is asked.
 */
final class SharingReader {
  private static final SharingView NOBODY = new SharingView(0, List.of(), Map.of());

  private final Map<Long, Set<ServiceName>> services = new HashMap<>();
  private long registered;
  private boolean withdrawn;
  private List<DaemonRows.Session> last = List.of();
  private SharingView view = NOBODY;

  /** Makes the session that of a daemon where it is none yet, and reads. */
  Future<SharingView> read(LeaseSession in, String holder, Set<ServiceName> own) {
    return register(in, holder, own)
        .compose(x -> DaemonRows.sessions(in.connection()))
        .compose(sessions -> isKnown(in, sessions) ? known() : read(in, sessions));
  }

  private Future<Void> register(LeaseSession in, String holder, Set<ServiceName> own) {
    synchronized (this) {
      if (withdrawn || registered == in.id()) {
        return Future.succeededFuture();
      }
    }
    return DaemonRows.register(in.connection(), in.id(), holder, own)
        .onSuccess(
            x -> {
              synchronized (this) {
                registered = in.id();
                services.put(in.id(), Set.copyOf(own));
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
        .filter(session -> session.daemon().isPresent())
        .map(DaemonRows.Session::id)
        .filter(id -> !services.containsKey(id))
        .toList();
  }

  private synchronized SharingView viewed(
      long self,
      List<DaemonRows.Session> sessions,
      Map<Long, Set<ServiceName>> found,
      Map<ServiceName, SharingView.Leased> leases) {
    services.putAll(found);
    List<Daemon> daemons = new ArrayList<>();
    for (DaemonRows.Session session : sessions) {
      Set<ServiceName> watched = services.get(session.id());
      if (session.daemon().isPresent() && !session.still() && watched != null) {
        String from = Objects.requireNonNullElse(session.client(), "this host");
        daemons.add(
            new Daemon(
                session.id(),
                "%s (database session %d from %s)"
                    .formatted(session.daemon().get(), session.pid(), from),
                watched));
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
