package dev.ripcord.migration.undo;

import java.util.List;

/**
 * What reverting one migration would delete now, or may, since it is not known.
 *
 * @param label the migration
 * @param texts for people, with the number of rows where they could be counted; at least one
 */
public record DataLoss(String label, List<String> texts) {
  /** Copies the list. */
  public DataLoss {
    texts = List.copyOf(texts);
  }

  /** In one line: {@code 02_add_email: would delete 12 values of customer.email}. */
  public String line() {
    return label + ": " + String.join("; ", texts);
  }
}
