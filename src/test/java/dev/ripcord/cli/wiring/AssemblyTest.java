package dev.ripcord.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.Console;
import dev.ripcord.config.Loaded;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.config.file.ConfigurationFile;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.port.Clocks;
import dev.ripcord.release.ServiceName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made anew of a service that is configured otherwise; nothing is connected to. */
final class AssemblyTest {
  private static final String SHOP =
      """
      bake: 15m
      threshold: 5%
      services:
        shop:
          url: http://127.0.0.1:1/health
          migrations: {dir: migrations, database: "postgresql://u:p@127.0.0.1:1/shop"}
          platform: {directory: {path: srv}}
      """;

  @TempDir private Path folder;

  private Settings settings(String yaml) throws IOException {
    Files.createDirectories(folder.resolve("migrations"));
    Files.writeString(folder.resolve("r.yaml"), yaml);
    Loaded loaded = ConfigurationFile.load(Optional.of(Path.of("r.yaml")), Map.of(), folder);
    if (loaded instanceof Loaded.Invalid invalid) {
      throw new AssertionError(invalid.report());
    }
    return ((Loaded.Valid) loaded).settings();
  }

  private static ServiceSettings shop(Settings settings) {
    return Optional.ofNullable(settings.services().get(new ServiceName("shop"))).orElseThrow();
  }

  private static Assembly assembly(Settings settings) {
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new Assembly(
        new Console(out, out, Map.of(), false),
        new Clocks(InstantSource.system(), System::nanoTime),
        settings);
  }

  @ParameterizedTest
  @CsvSource({
    "bake: 15m,     bake: 20m,           true,  true,  true",
    "threshold: 5%, threshold: 4%,       false, true,  true",
    "127.0.0.1:1/h, 127.0.0.1:2/h,       false, true,  true",
    "path: srv,     path: srv2,          false, false, true",
    "dir: mig,      'backup: off, dir: mig', false, true,  false",
  })
  void serviceThatIsConfiguredOtherwise_keepsWhatDoesNotDependOnThat(
      String found, String instead, boolean probe, boolean platform, boolean schema)
      throws IOException {
    Settings before = settings(SHOP);
    Settings after = settings(SHOP.replace(found, instead));
    assertThat(shop(after)).isNotEqualTo(shop(before));
    Assembly assembly = assembly(before);
    try {
      WatchedService running = assembly.service(shop(before));

      WatchedService next = assembly.service(shop(after), shop(before), running);

      assertThat(next.probe() == running.probe()).as("the same probe").isEqualTo(probe);
      assertThat(next.platform().equals(running.platform())).isEqualTo(platform);
      assertThat(next.schema().equals(running.schema())).isEqualTo(schema);
    } finally {
      assembly.close();
    }
  }
}
