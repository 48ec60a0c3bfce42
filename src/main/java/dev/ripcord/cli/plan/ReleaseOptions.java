package dev.ripcord.cli.plan;

import dev.ripcord.cli.console.Choice;
import dev.ripcord.cli.console.PollOptions;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.release.ImageRef;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which release of which service a command is about, and what would be put back. */
public final class ReleaseOptions {
  @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "the only one when left out")
  private @Nullable String service;

  @Option(names = "--release", paramLabel = "NAME", description = "the last one when left out")
  private @Nullable String release;

  @Option(names = "--previous-image", paramLabel = "IMAGE", description = "what to put back")
  private @Nullable String previousImage;

  /**
   * The service.
   *
   * @throws dev.ripcord.cli.console.UsageException when it is not configured, or none is named and
   *     there are several
   */
  public ServiceSettings service(Settings settings) {
    return Choice.of(settings, Optional.ofNullable(service));
  }

  /** The name of the release; empty for the last one. */
  public Optional<String> release() {
    return Optional.ofNullable(release);
  }

  /**
   * What to put back; empty for what is known.
   *
   * @throws dev.ripcord.cli.console.UsageException when it is no image
   */
  public Optional<ImageRef> previousImage() {
    return PollOptions.read("--previous-image", previousImage, ImageRef::parse);
  }
}
