package dev.ripcord.cli.demo;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.OutputFormat;
import dev.ripcord.port.Clocks;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demo}: the whole main job, on nothing but this machine. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Shows a bad release rolled back, on nothing but this machine.",
      "A real PostgreSQL, a shop with traffic, a bad release and its rollback, in about a"
          + " minute. Leaves nothing behind."
    },
    footer = {"", "Example: ripcord demo --keep"})
public final class DemoCommand implements Callable<Integer> {
  private final Console console;
  private final Clocks clocks;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Option(names = "--healthy", description = "a good release, that is proved healthy")
  private boolean healthy;

  @Option(names = "--keep", description = "leave it running to look around, until Ctrl-C")
  private boolean keep;

  public DemoCommand(Console console, Clocks clocks) {
    this.console = console;
    this.clocks = clocks;
  }

  @Override
  public Integer call() throws InterruptedException {
    OutputFormat.of(common, false);
    Ansi paint = Ansi.of(console, common.noColor);
    Demo demo = new Demo(console, clocks, paint, healthy);
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread hook =
        new Thread(
            () -> {
              interrupted.set(true);
              demo.strike();
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      boolean shown = demo.play();
      if (keep) {
        demo.stay();
      }
      return shown ? 0 : ExitCode.FAILED;
    } catch (RuntimeException e) {
      if (interrupted.get()) {
        new CountDownLatch(1).await(); // What fails now fails because the stage is being struck.
      }
      throw e;
    } finally {
      demo.strike();
    }
  }
}
