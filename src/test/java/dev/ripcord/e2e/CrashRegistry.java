package dev.ripcord.e2e;

import dev.ripcord.TestRegistry;
import java.io.IOException;
import java.nio.file.Path;

/** A registry whose tag is moved; what the tag names serves at once. */
final class CrashRegistry implements CrashPlatform {
  private final TestRegistry registry;
  private final CallRelay relay;

  CrashRegistry(Path folder) throws IOException {
    this.registry = TestRegistry.orSkip(folder);
    registry.push("1");
    registry.push("2");
    registry.tag("2");
    this.relay =
        CallRelay.before(registry.port())
            .afterAnswers(
                () -> {
                  if (isBack()) {
                    CrashPlatform.write(folder, "served", "shop:1");
                  }
                });
  }

  @Override
  public String image(int version) {
    return "127.0.0.1:%d/shop:%d".formatted(relay.port(), version);
  }

  @Override
  public String runs() {
    return "%s, %d puts".formatted(isBack() ? "shop:1" : "shop:2", registry.puts());
  }

  private boolean isBack() {
    return registry.digest("latest").equals(registry.digest("1"));
  }

  @Override
  public String settings(boolean relayed) {
    return "registry: {repository: '127.0.0.1:%d/shop', insecure: true}".formatted(relay.port());
  }

  @Override
  public void killAt(CrashPoint point, Ripcord daemon) {
    relay.killAt(point.which(), point.before(), daemon::kill);
  }

  @Override
  public int calls() {
    return relay.calls();
  }

  @Override
  public void close() {
    relay.close();
    registry.close();
  }
}
