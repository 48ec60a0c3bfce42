package dev.ripcord.sharing;

import dev.ripcord.release.ServiceName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which daemons live and who holds which lease, as the journal said it at one moment.
 *
 * @param self the session of this process
 * @param daemons the daemons that live, by their sessions; without this one where it does not count
 *     as alive
 * @param leases what is known of each lease that was ever taken
 */
public record SharingView(long self, List<Daemon> daemons, Map<ServiceName, Leased> leases) {
  public SharingView {
    daemons = List.copyOf(daemons);
    leases = Map.copyOf(leases);
  }

  /** One daemon over some services that knows of nobody else. */
  public static SharingView alone(Set<ServiceName> services) {
    return new SharingView(0, List.of(new Daemon(0, "", services)), Map.of());
  }

  /**
   * A daemon that lives.
   *
   * @param session the session that holds its leases: a larger one is younger
   * @param who its name, for people
   * @param services what it is configured to watch
   */
  public record Daemon(long session, String who, Set<ServiceName> services) {
    public Daemon {
      services = Set.copyOf(services);
    }
  }

  /**
   * What is known of a lease.
   *
   * @param who its holder, or the last one, for people
   * @param session the session that holds it, where that lives
   * @param left why the last holder has it no more, for people; empty while it is held
   * @param wanted the session of the daemon that asks to have it
   */
  public record Leased(String who, Optional<Long> session, String left, Optional<Long> wanted) {}

  /** The daemon with a session, where it lives. */
  public Optional<Daemon> daemon(long session) {
    return daemons.stream().filter(each -> each.session() == session).findFirst();
  }

  /** The daemons that live beside this one. */
  public List<Daemon> others() {
    return daemons.stream().filter(each -> each.session() != self).toList();
  }

  /** Who holds a lease, where that is another session than this process's. */
  public Optional<Leased> heldElsewhere(ServiceName service) {
    return Optional.ofNullable(leases.get(service))
        .filter(leased -> leased.session().filter(session -> session != self).isPresent());
  }
}
