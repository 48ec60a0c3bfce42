package dev.ripcord.platform.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.platform.PlatformContract;
import dev.ripcord.platform.Platforms;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.release.ImageRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The real git, with a repository on this machine. */
final class GitPlatformTest extends PlatformContract {
  private static final String FILE =
      "kind: Deployment\r\nspec:\n  image: \"shop:2\"   # the \u00fe shop\n  other: keep\n\tlast";

  private final GitPrograms git = new GitPrograms(System.getenv(), Duration.ofSeconds(20));

  private Path bare() {
    return folder.resolve("bare");
  }

  private Path work() {
    return folder.resolve("work");
  }

  @Override
  protected Platform platform(Platforms made) throws IOException {
    git.run(folder, "init", "--quiet", "--bare", "-b", "main", bare().toString());
    git.run(folder, "clone", "--quiet", bare().toString(), work().toString());
    commit(FILE);
    return made.of(RELEASE.service(), settings(Optional.empty()));
  }

  private PlatformSettings.Git settings(Optional<String> image) {
    return new PlatformSettings.Git(
        bare().toUri().toString(), "main", "deploy/shop.yaml", image, Duration.ofSeconds(20));
  }

  private void commit(String text) throws IOException {
    Path file = work().resolve("deploy/shop.yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardCharsets.ISO_8859_1);
    git.run(work(), "add", ".");
    git.run(
        work(), "-c", "user.name=t", "-c", "user.email=t@h", "commit", "--quiet", "-m", "by hand");
    git.run(work(), "push", "--quiet", "origin", "HEAD:main");
  }

  private String file() {
    git.run(work(), "fetch", "--quiet", "origin");
    git.run(work(), "reset", "--quiet", "--hard", "origin/main");
    try {
      return Files.readString(work().resolve("deploy/shop.yaml"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected ImageRef image(String version) {
    return new ImageRef("shop:" + version);
  }

  @Override
  protected ImageRef serves() {
    return new ImageLines(file(), "f", Optional.empty()).current();
  }

  @Override
  protected int changes() {
    return Integer.parseInt(git.run(bare(), "rev-list", "--count", "main").strip());
  }

  /** The repository takes nothing any more. */
  @Override
  protected void breaks() throws IOException {
    hook("echo 'no pushes today' >&2; exit 1");
  }

  private void hook(String script) throws IOException {
    Path hook = bare().resolve("hooks/pre-receive");
    Files.createDirectories(hook.getParent());
    Files.writeString(hook, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void restOfTheFile_staysByteForByte_andTheCommitSaysWhy() throws IOException {
    Platforms made = platforms();
    Platform platform = platform(made);

    get(platform.switchTo(RELEASE, image("1"), Permits.granted()));

    assertThat(file()).isEqualTo(FILE.replace("shop:2", "shop:1"));
    assertThat(git.run(bare(), "log", "-1", "--format=%an %s", "main").strip())
        .isEqualTo("Ripcord shop: shop:1 (ripcord, release v2)");
  }

  /** Somebody else pushes between our reading and our push: nothing of theirs is lost. */
  @Test
  void pushThatIsOvertaken_isDoneAgainOnTop() throws IOException {
    Platforms made = platforms();
    Platform platform = platform(made);
    Path other = folder.resolve("other");
    git.run(folder, "clone", "--quiet", bare().toString(), other.toString());
    Files.writeString(other.resolve("theirs"), "kept");
    git.run(other, "add", ".");
    git.run(other, "-c", "user.name=t", "-c", "user.email=t@h", "commit", "-qm", "theirs");
    // The first push that comes is ours; before it is taken, theirs goes in.
    hook(
        "[ -e %1$s/once ] && exit 0; touch %1$s/once; cd %2$s && unset GIT_DIR GIT_QUARANTINE_PATH"
                .formatted(folder, other)
            + " GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES && git push -q origin"
            + " HEAD:main");

    get(platform.switchTo(RELEASE, image("1"), Permits.granted()));

    assertThat(serves()).isEqualTo(image("1"));
    assertThat(work().resolve("theirs")).hasContent("kept");
  }

  @Test
  void pushThatANewerReleaseHasOvertaken_leavesThatAlone() throws IOException {
    Platforms made = platforms();
    Platform platform = platform(made);
    Path other = folder.resolve("newer");
    git.run(folder, "clone", "--quiet", bare().toString(), other.toString());
    Files.writeString(
        other.resolve("deploy/shop.yaml"),
        FILE.replace("shop:2", "shop:3"),
        StandardCharsets.ISO_8859_1);
    git.run(other, "-c", "user.name=t", "-c", "user.email=t@h", "commit", "-qam", "newer");
    hook(
        "[ -e %1$s/once ] && exit 0; touch %1$s/once; cd %2$s && unset GIT_DIR GIT_QUARANTINE_PATH"
                .formatted(folder, other)
            + " GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES && git push -q origin"
            + " HEAD:main");

    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, image("1"), Permits.granted())))
        .hasMessageContaining("somebody has put it there");
    assertThat(serves()).isEqualTo(image("3"));
  }

  @Test
  void repositoryBranchAndFile_thatAreNotThere_areSaid() throws IOException {
    Platforms made = platforms();
    var _ = platform(made);
    for (Map.Entry<PlatformSettings.Git, String> wrong :
        Map.of(
                new PlatformSettings.Git(
                    "https://ann:s3cret@127.0.0.1:1/x.git",
                    "main",
                    "f",
                    Optional.empty(),
                    Duration.ofSeconds(20)),
                "git clone failed",
                new PlatformSettings.Git(
                    bare().toString(), "other", "f", Optional.empty(), Duration.ofSeconds(20)),
                "Remote branch other not found",
                new PlatformSettings.Git(
                    bare().toString(),
                    "main",
                    "../secrets",
                    Optional.empty(),
                    Duration.ofSeconds(20)),
                "main:../secrets is not there")
            .entrySet()) {
      assertThatThrownBy(() -> get(made.of(RELEASE.service(), wrong.getKey()).current()))
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining(wrong.getValue())
          .hasMessageNotContaining("s3cret");
    }
  }
}
