package dev.ripcord.cli.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.Loaded;
import dev.ripcord.config.Settings;
import dev.ripcord.config.change.ConfigurationChange;
import dev.ripcord.config.file.ConfigurationFile;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.port.Clocks;
import dev.ripcord.systemd.SystemdNotifier;
import dev.ripcord.web.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A configuration that cannot be taken just now is tried again by itself. */
final class ConfigurationReloadTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final Metrics metrics = new Metrics("test");
  private final List<String> taken = new ArrayList<>();
  @TempDir private Path folder;
  private Path file = Path.of("");
  private long nanos;
  private int fails;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("ripcord.yaml");
    configured("30s");
  }

  private void configured(String interval) throws IOException {
    Files.writeString(
        file,
        "interval: " + interval + "\nservices: {shop: {url: \"http://127.0.0.1:1/health\"}}\n");
  }

  private ConfigurationFile.Read read() {
    return ConfigurationFile.read(Optional.of(file), Map.of(), folder);
  }

  private ConfigurationReload started() {
    ConfigurationFile.Read read = read();
    Settings settings = ((Loaded.Valid) read.loaded()).settings();
    return new ConfigurationReload(
        new ConfigurationReload.Means(
            new Clocks(() -> NOW, () -> nanos),
            this::read,
            each -> each,
            warnings -> {},
            services -> {},
            SystemdNotifier.of(Map.of(), 1),
            metrics,
            () -> "serving"),
        this::take,
        settings,
        read.digests());
  }

  private List<WatchedService> take(ConfigurationChange change) {
    taken.add(change.text());
    if (fails-- > 0) {
      throw new IllegalStateException("no answer within 30 s");
    }
    return List.of();
  }

  private void pass(ConfigurationReload reload, Duration time) {
    nanos += time.toNanos();
    reload.round(false);
  }

  @Test
  void whatCouldNotBeTaken_isTakenLater_withLongerAndLongerPauses() throws IOException {
    ConfigurationReload reload = started();
    configured("20s");
    fails = 2;

    reload.round(true);
    assertThat(taken).hasSize(1);
    assertThat(metrics.configured().isTaken()).isFalse();
    pass(reload, Duration.ofSeconds(4));
    assertThat(taken).hasSize(1);
    pass(reload, Duration.ofSeconds(1));
    assertThat(taken).hasSize(2);
    pass(reload, Duration.ofSeconds(9));
    assertThat(taken).hasSize(2);
    pass(reload, Duration.ofSeconds(1));
    assertThat(taken).hasSize(3);
    assertThat(metrics.configured().isTaken()).isTrue();

    pass(reload, Duration.ofHours(1));
    assertThat(taken).hasSize(3);
  }

  @Test
  void pauses_areFiveMinutesAtMost() throws IOException {
    ConfigurationReload reload = started();
    configured("20s");
    fails = 100;
    reload.round(true);

    for (int i = 0; i < 80; i++) {
      pass(reload, Duration.ofMinutes(5));
    }

    assertThat(taken).hasSize(81);
  }

  @Test
  void badFile_isNotReadAgain_untilItHoldsSomethingElse() throws IOException {
    ConfigurationReload reload = started();
    Files.writeString(file, "services: 7");
    reload.round(true);
    assertThat(metrics.configured().isTaken()).isFalse();

    pass(reload, Duration.ofHours(1));
    assertThat(taken).isEmpty();
    configured("10s");
    pass(reload, Duration.ofSeconds(2));
    pass(reload, Duration.ofSeconds(2));
    assertThat(taken).hasSize(1);
  }
}
