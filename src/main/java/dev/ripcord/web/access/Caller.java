package dev.ripcord.web.access;

import dev.ripcord.config.AccessSettings.Role;
import java.util.Optional;

/**
 * Somebody who asks.
 *
 * @param name who it is, as the journal writes it down; empty where a token has no name, or none is
 *     needed
 * @param role what they may do
 */
public record Caller(Optional<String> name, Role role) {
  /** Whoever reaches a daemon that has no token, over loopback. */
  public static final Caller LOCAL = new Caller(Optional.empty(), Role.ADMIN);

  /** Whether they may do what needs a role. */
  public boolean may(Role needed) {
    return role.includes(needed);
  }

  /** Whom a text calls them, such as {@code the token of ann}. */
  public String whose() {
    return name.map(it -> "the token of " + it).orElse("the token");
  }
}
