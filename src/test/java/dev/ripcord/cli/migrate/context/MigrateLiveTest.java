package dev.ripcord.cli.migrate.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.Console;
import dev.ripcord.postgres.RunProgress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class MigrateLiveTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong();

  private MigrateLive live(boolean interactive) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new MigrateLive(new Console(stream, stream, Map.of(), interactive), nanos::get);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private void after(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  @Test
  void withoutATerminal_theSameThing_isSaidEveryTenSeconds() {
    MigrateLive live = live(false);
    live.show(new RunProgress("02_add.sql:1", "waits for pid 7"));
    after(9);
    live.show(new RunProgress("02_add.sql:1", "waits for pid 7"));
    live.show(new RunProgress("03_fill.sql:1", "1000 rows done"));
    after(1);
    live.show(new RunProgress("02_add.sql:1", "waits for pid 8"));
    live.clear();

    assertThat(said().lines())
        .containsExactly(
            "… 02_add.sql:1: waits for pid 7",
            "… 03_fill.sql:1: 1000 rows done",
            "… 02_add.sql:1: waits for pid 8");
  }

  @Test
  void atATerminal_oneLineChangesInPlace_andIsTakenAwayOnce() {
    MigrateLive live = live(true);
    live.clear();
    assertThat(said()).isEmpty();

    live.show(RunProgress.once("10%"));
    live.show(RunProgress.once("20%"));
    assertThat(said()).doesNotContain("\n").endsWith("… 20%\u001b[?7h");
    err.reset();
    live.clear();
    assertThat(said()).isEqualTo("\r\u001b[K");
    live.clear();
    assertThat(said()).isEqualTo("\r\u001b[K");
  }
}
