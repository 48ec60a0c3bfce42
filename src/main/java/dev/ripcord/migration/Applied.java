package dev.ripcord.migration;

import java.time.Instant;
import java.util.Optional;

/**
 * A migration as the migrated database remembers it: what was applied, by which release, and the
 * text that reverts it, as it was when it was applied.
 *
 * @param order the order of application in this database, ascending
 * @param name the rest of the file's name, such as {@code add_customer_email}
 * @param release the release that brought it; empty when none was named
 * @param additive whether code older than the release runs on the schema with it
 * @param checksum SHA-256 of the up text, in hex
 * @param down the text that reverts it; empty when there is none
 * @param downChecksum SHA-256 of the down text at the time of application, in hex
 * @param irreversible the reason given by {@code -- down: none, because …}
 */
public record Applied(
    long order,
    Version version,
    String name,
    Kind kind,
    Optional<String> release,
    Instant appliedAt,
    boolean additive,
    String checksum,
    Optional<String> down,
    Optional<String> downChecksum,
    Optional<String> irreversible) {
  /** Version and name as the file spells them: {@code 01_add_customer_email}. */
  public String label() {
    return version + "_" + name;
  }
}
