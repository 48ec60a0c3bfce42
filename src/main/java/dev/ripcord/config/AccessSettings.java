package dev.ripcord.config;

import dev.ripcord.release.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who may read and write over HTTP, and whether that is encrypted.
 *
 * @param token the one token that belongs to nobody in particular: everything may be done with it
 * @param tokens those of persons and programs, each with its name and role
 * @param reading who may read
 * @param tls the daemon's own certificate; empty for plain HTTP
 * @param own what commands on this configuration ask the daemon with
 */
public record AccessSettings(
    Optional<Secret> token,
    List<NamedToken> tokens,
    Reading reading,
    Optional<Tls> tls,
    Optional<Secret> own) {
  /** Nobody has a token, and whoever can reach the address may read. */
  public static final AccessSettings OPEN =
      new AccessSettings(
          Optional.empty(), List.of(), Reading.OPEN, Optional.empty(), Optional.empty());

  /** How the journal calls who speaks with {@link #token} on a page. */
  public static final String UNNAMED = "admin";

  public AccessSettings {
    tokens = List.copyOf(tokens);
  }

  /** Reading open to all, writing with one token where there is one. */
  public static AccessSettings of(Optional<Secret> token) {
    return new AccessSettings(token, List.of(), Reading.OPEN, Optional.empty(), token);
  }

  /** Whether there is any token. */
  public boolean hasTokens() {
    return token.isPresent() || !tokens.isEmpty();
  }

  /** In whose name {@link #own} speaks; empty where it has no name. */
  public Optional<String> ownName() {
    return tokens.stream()
        .filter(each -> own.equals(Optional.of(each.secret())))
        .map(NamedToken::name)
        .findFirst();
  }

  /**
   * A token of somebody.
   *
   * @param name who speaks with it, as the journal writes it down
   * @param role what may be done with it
   * @param secret the token itself
   */
  public record NamedToken(String name, Role role, Secret secret) {}

  /** What may be done; each role includes the ones before it. */
  public enum Role {
    /** To read, where reading needs a token. */
    VIEWER,
    /** To announce, pause, resume, abort and roll back. */
    OPERATOR,
    /** To approve. */
    APPROVER,
    /** Everything, also what is added later. */
    ADMIN;

    /** As the configuration spells it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it includes another. */
    public boolean includes(Role needed) {
      return compareTo(needed) >= 0;
    }
  }

  /** Who may read. */
  public enum Reading {
    /** Whoever can reach the address. */
    OPEN,
    /** Whoever has a token. */
    TOKEN;

    /** As the configuration spells it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The daemon's certificate.
   *
   * @param cert a PEM file with it, and with those between it and the root
   * @param key a PEM file with its private key
   */
  public record Tls(Path cert, Path key) {}
}
