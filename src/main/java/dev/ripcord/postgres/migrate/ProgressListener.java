package dev.ripcord.postgres.migrate;

import dev.ripcord.postgres.RunProgress;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a run of migrations while it goes on.
 *
 * @param done each migration when it is done, from the run's own thread
 * @param meanwhile what takes long: who holds a lock, how far an index is; from any thread, at most
 *     about once a second
 */
public record ProgressListener(
    Consumer<MigrationOutcome.Step> done, Consumer<RunProgress> meanwhile) {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressListener.class);

  /** One that writes what takes long to the log. */
  static ProgressListener logging(Consumer<MigrationOutcome.Step> done) {
    return new ProgressListener(done, each -> LOG.info("{}", each.line()));
  }
}
