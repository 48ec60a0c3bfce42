package dev.ripcord.cli.silence;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.PollOptions;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.Interruption;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.config.Settings;
import dev.ripcord.port.Clocks;
import dev.ripcord.release.PersonName;
import dev.ripcord.silence.SilenceBook;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The book of silences in the journal of the configuration: whoever has the journal can silence,
 * and every process on it goes by that.
 */
record SilenceAccess(Console console, Clocks clocks) {
  /** Does something with the book, and takes all apart again; gives its exit code. */
  int with(CommonOptions common, BiFunction<Settings, Supply, Integer> work) {
    Optional<Settings> loaded = new Configuration(console).load(common);
    if (loaded.isEmpty()) {
      return ExitCode.USAGE;
    }
    Assembly assembly = new Assembly(console, clocks, loaded.get());
    Interruption interruption = Interruption.around(console, assembly);
    try {
      return work.apply(
          loaded.get(), () -> assembly.journal(JournalDatabase.Sharing.JOIN).silences());
    } catch (RuntimeException e) {
      throw interruption.unlessUnderWay(e);
    } finally {
      interruption.over();
      assembly.close();
    }
  }

  /** Opens the journal, which is not done for arguments that make no sense. */
  interface Supply {
    SilenceBook open();
  }

  /** Who asks: what is given, the name of the token, the login. */
  String who(Settings settings, @Nullable String by) {
    return PollOptions.read("--by", by, PersonName::parse)
        .or(settings.access()::ownName)
        .orElseGet(() -> console.environment().getOrDefault("USER", "operator"));
  }
}
