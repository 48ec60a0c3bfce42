package dev.ripcord.postgres.verify;

import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.sql.StatementScope;
import java.util.Optional;
import java.util.stream.Stream;

/** What of a migration's texts stands against a proof, before anything is run. */
final class ProofPrecheck {
  private ProofPrecheck() {}

  /** Why a file cannot be reverted at all; empty when it can. */
  static Optional<String> ofTheWayBack(MigrationFile file) {
    if (file.header().irreversible().isPresent()) {
      return Optional.of("irreversible: " + file.header().irreversible().get());
    }
    if (file.down().isEmpty()) {
      return Optional.of("there is no down file");
    }
    Script down = file.down().get().script();
    if (!down.flaws().isEmpty()) {
      return Optional.of(
          file.down().get().name()
              + ":"
              + down.flaws().getFirst().line()
              + ": "
              + down.flaws().getFirst().text());
    }
    return down.work().isEmpty()
        ? Optional.of(file.down().get().name() + " undoes nothing")
        : Optional.empty();
  }

  /**
   * Why a file is not run on a shadow; empty when it is.
   *
   * @param isolated whether foreign tables lead nowhere in the shadow, whatever is made
   */
  static Optional<String> ofTheTrial(MigrationFile file, boolean isolated) {
    for (SourceFile source : Stream.concat(Stream.of(file.up()), file.down().stream()).toList()) {
      Script script = source.script();
      if (!script.flaws().isEmpty()) {
        return Optional.of(
            source.name()
                + ":"
                + script.flaws().getFirst().line()
                + ": "
                + script.flaws().getFirst().text());
      }
      for (Statement statement : script.work()) {
        String place = source.name() + ":" + statement.line() + ": ";
        if (statement.copies()) {
          return Optional.of(place + "COPY … FROM stdin and TO stdout cannot be run yet");
        }
        if (!isolated && StatementScope.mayReachServers(statement)) {
          return Optional.of(
              place
                  + "was not tried, since it makes a way to a foreign server, which this role"
                  + " cannot close in a shadow");
        }
        Optional<String> beyond = StatementScope.beyondDatabase(statement);
        if (beyond.isPresent()) {
          return Optional.of(
              place
                  + "was not tried, since "
                  + beyond.get()
                  + " reaches beyond one database and a shadow cannot hold it");
        }
      }
    }
    return Optional.empty();
  }
}
