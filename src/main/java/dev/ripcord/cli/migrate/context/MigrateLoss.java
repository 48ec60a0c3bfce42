package dev.ripcord.cli.migrate.context;

import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.undo.DataLoss;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.postgres.history.MigrationStatus;
import dev.ripcord.postgres.migrate.MigrationRunner;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Keeps a person's {@code down} from deleting rows or values unasked. What would be deleted is
 * counted first. On a terminal it is shown and asked for, before any lock is taken; else it is
 * refused, under the lock, unless {@code --accept-loss} was given. What cannot be counted counts as
 * a loss.
 */
final class MigrateLoss {
  private static final String WORD = "--accept-loss";

  private final Console console;
  private final boolean accepted;
  private final InputStream in;
  private Optional<List<String>> agreed = Optional.empty();

  /**
   * Asks nothing yet.
   *
   * @param accepted whether {@code --accept-loss} was given
   * @param in where an answer is read from
   */
  MigrateLoss(Console console, boolean accepted, InputStream in) {
    this.console = console;
    this.accepted = accepted;
    this.in = in;
  }

  /** Asks a person at a terminal, where there is something to lose. Blocks. */
  void ask(MigrationRunner runner, Function<History, MigrationSelection<Applied>> choose) {
    if (accepted || !console.interactive()) {
      return;
    }
    MigrationStatus status = runner.status().await();
    if (choose.apply(status.history())
        instanceof MigrationSelection.Chosen<Applied>(List<Applied> downs)) {
      List<DataLoss> losses = losses(runner, downs);
      if (!losses.isEmpty()) {
        agree(losses.stream().map(DataLoss::line).toList());
        agreed = Optional.of(labels(downs));
      }
    }
  }

  /** Asks whether what these lines tell may go; stops the command where it may not. */
  void agree(List<String> lines) {
    if (accepted) {
      return;
    }
    if (!console.interactive()) {
      throw new ExitException(
          ExitCode.REFUSED,
          "✖ refused; nothing was changed:\n  · "
              + String.join("\n  · ", lines)
              + "\n  · stdin is not a terminal, so nobody can be asked: "
              + WORD
              + " reverts all the same");
    }
    console.err().println("Reverting this loses data, or may:");
    lines.forEach(line -> console.err().println("  · " + line));
    console.err().print("Revert all the same? [y/N] ");
    console.err().flush();
    if (!answer().strip().toLowerCase(Locale.ROOT).startsWith("y")) {
      throw new ExitException(ExitCode.REFUSED, "✖ not reverted; nothing was changed");
    }
  }

  private String answer() {
    try {
      String line =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new UncheckedIOException("the answer could not be read; pass " + WORD, e);
    }
  }

  /** The choice, unless something would be lost that nobody has agreed to. Blocks. */
  MigrationSelection<Applied> pass(MigrationSelection<Applied> choice, MigrationRunner runner) {
    if (accepted || !(choice instanceof MigrationSelection.Chosen<Applied>(List<Applied> downs))) {
      return choice;
    }
    if (agreed.isPresent()) {
      return agreed.get().equals(labels(downs))
          ? choice
          : new MigrationSelection.Refused<>(
              List.of(
                  "what would be reverted has changed since you were asked: run the command"
                      + " again"));
    }
    List<DataLoss> losses = losses(runner, downs);
    if (losses.isEmpty()) {
      return choice;
    }
    List<String> reasons = new ArrayList<>(losses.stream().map(DataLoss::line).toList());
    reasons.add(
        "to revert all the same, and lose that: "
            + WORD
            + ". A backup keeps it: ripcord migrate backup");
    return new MigrationSelection.Refused<>(reasons);
  }

  private static List<DataLoss> losses(MigrationRunner runner, List<Applied> downs) {
    return runner.losses(downs, new SqlParser()::read).await();
  }

  private static List<String> labels(List<Applied> downs) {
    return downs.stream().map(Applied::label).toList();
  }
}
