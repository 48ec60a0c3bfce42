package dev.ripcord.cli.migrate.context;

import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.migration.Version;
import org.jspecify.annotations.Nullable;

/** How far a run of migrations goes. */
public sealed interface MigrateTarget {
  /** Nothing was said. */
  record All() implements MigrateTarget {}

  /** A number of migrations. */
  record Count(int number) implements MigrateTarget {}

  /** A version. */
  record To(Version version) implements MigrateTarget {}

  /** Reads {@code --to} and {@code -n}. */
  static MigrateTarget of(@Nullable String to, @Nullable Integer count) {
    if (to != null && count != null) {
      throw new ExitException(ExitCode.USAGE, "--to and -n cannot both be given");
    }
    if (count != null) {
      if (count < 1) {
        throw new ExitException(ExitCode.USAGE, "-n " + count + ": 1 or more is needed");
      }
      return new Count(count);
    }
    if (to == null) {
      return new All();
    }
    if (!Version.isValid(to)) {
      throw new ExitException(ExitCode.USAGE, "--to " + to + ": a version such as 05 is needed");
    }
    return new To(new Version(to));
  }
}
