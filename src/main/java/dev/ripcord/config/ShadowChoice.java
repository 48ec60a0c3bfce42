package dev.ripcord.config;

import java.util.Locale;

/** Where a down is proved. */
public enum ShadowChoice {
  /** On the server itself; where the role may make no database, as {@link #EMBEDDED}. */
  AUTO,
  /** In a scratch database on the same server. */
  SERVER,
  /** In an embedded PostgreSQL of the same major version, on this machine. */
  EMBEDDED;

  /** As the configuration and the command line spell it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
