package dev.ripcord.web.access;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.AccessSettings.Role;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tokens that open the door, by their digests: the tokens themselves are not kept. */
final class Tokens {
  private final List<Known> known = new ArrayList<>();

  Tokens(AccessSettings settings) {
    settings
        .token()
        .ifPresent(
            it ->
                known.add(
                    new Known(Digests.of(it.reveal()), new Caller(Optional.empty(), Role.ADMIN))));
    settings
        .tokens()
        .forEach(
            it ->
                known.add(
                    new Known(
                        Digests.of(it.secret().reveal()),
                        new Caller(Optional.of(it.name()), it.role()))));
  }

  boolean isEmpty() {
    return known.isEmpty();
  }

  /** Whose token it is. Takes as long for a wrong one as for each of the right ones. */
  Optional<Caller> find(String given) {
    byte[] digest = Digests.of(given);
    Optional<Caller> found = Optional.empty();
    for (Known each : known) {
      if (MessageDigest.isEqual(digest, each.digest)) {
        found = Optional.of(each.caller);
      }
    }
    return found;
  }

  private static final class Known {
    private final byte[] digest;
    private final Caller caller;

    Known(byte[] digest, Caller caller) {
      this.digest = digest;
      this.caller = caller;
    }
  }
}
