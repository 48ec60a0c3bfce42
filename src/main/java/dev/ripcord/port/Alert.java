package dev.ripcord.port;

import dev.ripcord.release.Printable;
import dev.ripcord.release.ServiceName;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Something that people must be told.
 *
 * @param key stable over retries and restarts: the same happening has the same key
 * @param kind what happened
 * @param service to which service
 * @param release to which release; empty when none is watched
 * @param title the first line, answers the question
 * @param lines the evidence, what is being done, what to do next
 */
public record Alert(
    String key,
    Kind kind,
    ServiceName service,
    String release,
    String title,
    List<String> lines,
    Instant at) {
  /** What happened. */
  public enum Kind {
    /** A release is watched that could not be rolled back. */
    NO_WAY_BACK(Severity.WARNING),
    /** The threshold is exceeded for the first time in a row. */
    BREACH(Severity.WARNING),
    /** The breaches ended before they condemned. */
    RECOVERED(Severity.GOOD),
    /** A limit that may only alert is exceeded for long enough. */
    LIMIT(Severity.WARNING),
    /** Nothing can be measured. */
    BLIND(Severity.WARNING),
    /** It can be measured again. */
    SEES_AGAIN(Severity.GOOD),
    /** A rollback waits for a person's approval. */
    ASK(Severity.CRITICAL),
    /** Condemned; acting is switched off. */
    CONDEMNED(Severity.CRITICAL),
    /** A rollback runs. */
    ROLLBACK(Severity.CRITICAL),
    /** A rollback waits for something that does not answer. */
    WAITING(Severity.CRITICAL),
    /** A down migration failed. */
    MIGRATION_FAILED(Severity.CRITICAL),
    /** Rolled back and healthy again. */
    ROLLED_BACK(Severity.GOOD),
    /** Rolled back and still unhealthy. */
    UNHEALTHY(Severity.CRITICAL),
    /** A rollback failed or was refused. */
    FAILED(Severity.CRITICAL),
    /** The bake time ended without enough evidence. */
    INCONCLUSIVE(Severity.WARNING),
    /** The errors that the objective allows are spent too fast. */
    BUDGET(Severity.WARNING),
    /** They are not any more. */
    BUDGET_KEPT(Severity.GOOD);

    private final Severity severity;

    Kind(Severity severity) {
      this.severity = severity;
    }

    /** How bad it is. */
    public Severity severity() {
      return severity;
    }

    /**
     * Whether it is delivered before others: a person is needed, or a rollback begins or ends,
     * which nobody should hear of after two hundred warnings.
     */
    public boolean isUrgent() {
      return severity == Severity.CRITICAL || this == ROLLED_BACK;
    }

    /** As JSON spells it: {@code migration-failed}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** How bad it is. */
  public enum Severity {
    /** Good news. */
    GOOD,
    /** Worth a look. */
    WARNING,
    /** A person should look now. */
    CRITICAL
  }

  /** Shows control characters in the title and the lines as escapes; a line may have several. */
  public Alert {
    title = Printable.of(title);
    lines = lines.stream().map(Printable::lines).toList();
  }
}
