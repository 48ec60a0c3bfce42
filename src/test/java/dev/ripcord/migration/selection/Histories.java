package dev.ripcord.migration.selection;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.Kind;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Checksum;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes what a database could remember. */
public final class Histories {
  static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

  private Histories() {}

  public static Applied applied(long order, String version, String name, String up) {
    return new Applied(
        order,
        new Version(version),
        name,
        Kind.ofName(name),
        Optional.empty(),
        NOON,
        true,
        Checksum.of(up),
        Optional.of("select 1;"),
        Optional.of(Checksum.of("select 1;")),
        Optional.empty());
  }

  static Applied of(long order, String version, String release) {
    return down(order, version, release, Optional.of("select 1;"), Optional.empty());
  }

  static Applied down(
      long order, String version, String release, Optional<String> down, Optional<String> reason) {
    return new Applied(
        order,
        new Version(version),
        "m",
        Kind.SCHEMA_MODIFY,
        Optional.of(release),
        NOON,
        true,
        Checksum.of("select 1;"),
        down,
        down.map(Checksum::of),
        reason);
  }

  static History history(Applied... applied) {
    return new History(List.of(applied), List.of());
  }
}
