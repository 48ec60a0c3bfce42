package dev.ripcord.cli.console;

import dev.ripcord.config.Loaded;
import dev.ripcord.config.Settings;
import dev.ripcord.config.file.ConfigurationFile;
import java.nio.file.Path;
import java.util.Optional;

/** The configuration as every command takes it: {@code -c FILE}, the usual places, or none. */
public final class Configuration {
  private final Console console;

  public Configuration(Console console) {
    this.console = console;
  }

  /**
   * The settings; empty when they cannot be used. Then every problem has been printed to standard
   * error, and the command ends with its exit code for bad configuration.
   */
  public Optional<Settings> load(CommonOptions options) {
    return usable(read(Optional.ofNullable(options.config)));
  }

  /** As {@link #load}, of what was read already. */
  public Optional<Settings> usable(Loaded loaded) {
    return switch (loaded) {
      case Loaded.Valid valid -> Optional.of(valid.settings());
      case Loaded.Invalid invalid -> {
        console.err().println(invalid.report());
        yield Optional.empty();
      }
    };
  }

  /** What came of reading a file, unprinted. */
  public Loaded read(Optional<Path> file) {
    return readFiles(file).loaded();
  }

  /** The same, with the files that it was read from. */
  public ConfigurationFile.Read readFiles(Optional<Path> file) {
    return ConfigurationFile.read(file, console.environment(), Path.of("").toAbsolutePath());
  }
}
