package dev.ripcord.platform.git;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.platform.git.GitPrograms.Said;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file in a git repository from which something else deploys, as Argo CD and Flux do. To put an
 * image in place its name is written into the file, committed and pushed; the rest of the file
 * stays byte for byte. A push that another one has overtaken is done again on top of it. When it is
 * deployed is for the polls to see: the file says what shall run.
 */
public final class GitPlatform implements Platform {
  private static final Logger LOG = LoggerFactory.getLogger(GitPlatform.class);
  private static final int TRIES = 5;

  private final Vertx vertx;
  private final ServiceName service;
  private final PlatformSettings.Git settings;
  private final GitPrograms git;

  /**
   * Asks nothing yet.
   *
   * @param environment what git inherits
   */
  public GitPlatform(
      Vertx vertx,
      Map<String, String> environment,
      ServiceName service,
      PlatformSettings.Git settings) {
    this.vertx = vertx;
    this.service = service;
    this.settings = settings;
    this.git = new GitPrograms(environment, settings.deadline());
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public Future<ImageRef> current() {
    return vertx.executeBlocking(
        () -> {
          try (Checkout checkout = checkout()) {
            return lines(checkout.text()).current();
          }
        },
        false);
  }

  @Override
  public Future<Presence> presence(ImageRef image) {
    return Future.succeededFuture(new Presence.Unknown("a git repository does not hold images"));
  }

  @Override
  public Future<String> switchTo(Release release, ImageRef image, Permit permit) {
    return push(release, image, permit, TRIES, new AtomicReference<>());
  }

  @Override
  public Future<String> start(Release release, ImageRef image, Permit permit) {
    return switchTo(release, image, permit);
  }

  /**
   * Pushes until nobody else is first.
   *
   * @param replaced what the file named at the first try, where that was one image
   */
  private Future<String> push(
      Release release,
      ImageRef image,
      Permit permit,
      int tries,
      AtomicReference<@Nullable ImageRef> replaced) {
    return vertx
        .executeBlocking(() -> committed(release, image, replaced), false)
        .compose(
            commit ->
                commit.isEmpty()
                    ? Future.succeededFuture(where() + " names " + image + " already")
                    : permit
                        .confirm()
                        .compose(granted -> pushed(commit.get(), permit))
                        .onComplete(done -> commit.get().close())
                        .compose(
                            said ->
                                said.isOvertaken() && tries > 1
                                    ? push(release, image, permit, tries - 1, replaced)
                                    : told(commit.get(), image, said)));
  }

  private Future<String> told(Checkout commit, ImageRef image, Said said) {
    if (!said.good()) {
      return Future.failedFuture(GitPrograms.failed("push", said));
    }
    LOG.info("service {}: {} names {} now", service, where(), image);
    return Future.succeededFuture("%s names %s (commit %s)".formatted(where(), image, commit.id()));
  }

  private Future<Said> pushed(Checkout commit, Permit permit) {
    return vertx.executeBlocking(
        () ->
            git.call(
                commit.folder(),
                permit.revoked().toCompletionStage(),
                "push",
                "--quiet",
                "origin",
                "HEAD:refs/heads/" + settings.branch()),
        false);
  }

  /** A commit with the image in place, not pushed yet; empty where the file names it already. */
  private Optional<Checkout> committed(
      Release release, ImageRef image, AtomicReference<@Nullable ImageRef> replaced) {
    Checkout checkout = checkout();
    try {
      String before = checkout.text();
      refuseAnother(lines(before), image, replaced);
      String after = lines(before).with(image);
      if (after.equals(before)) {
        checkout.close();
        return Optional.empty();
      }
      checkout.write(after);
      git.run(checkout.folder(), "add", "--", settings.file());
      git.run(
          checkout.folder(),
          "-c",
          "user.name=Ripcord",
          "-c",
          "user.email=ripcord@localhost",
          "commit",
          "--quiet",
          "--no-verify",
          "-m",
          "%s: %s (ripcord, release %s)".formatted(service, image, release.name()));
      return Optional.of(
          checkout.named(git.run(checkout.folder(), "rev-parse", "--short", "HEAD").strip()));
    } catch (RuntimeException e) {
      checkout.close();
      throw e;
    }
  }

  /** Whoever was first may have deployed a newer release, which is not to be undone. */
  private void refuseAnother(
      ImageLines lines, ImageRef image, AtomicReference<@Nullable ImageRef> replaced) {
    @Nullable ImageRef before = replaced.get();
    if (before == null) {
      lines.one().ifPresent(replaced::set);
    } else if (lines.one().filter(now -> !now.equals(before) && !now.equals(image)).isPresent()) {
      throw new PlatformException(
          "%s names %s now, and not %s: somebody has put it there meanwhile, and it is left alone"
              .formatted(where(), lines.current(), before));
    }
  }

  private ImageLines lines(String text) {
    return new ImageLines(text, where(), settings.image());
  }

  private String where() {
    return settings.branch() + ":" + settings.file();
  }

  @Override
  public Future<Optional<String>> stopBlocker() {
    return Future.succeededFuture(Optional.of("a git repository cannot stop an application"));
  }

  @Override
  public Future<Void> stop(Release release, Permit permit) {
    return Future.failedFuture(
        new PlatformException(
            service + " cannot be stopped through a git repository: set order: image-first"));
  }

  /** The newest commit of the branch in a folder of its own. */
  private Checkout checkout() {
    try {
      Path folder = Files.createTempDirectory("ripcord-git");
      Checkout checkout = new Checkout(folder, folder.resolve(settings.file()).normalize(), "");
      try {
        git.run(
            folder,
            "clone",
            "--quiet",
            "--depth=1",
            "--single-branch",
            "--branch",
            settings.branch(),
            "--",
            settings.repository(),
            ".");
        return checkout.checked(where());
      } catch (RuntimeException e) {
        checkout.close();
        throw e;
      }
    } catch (IOException e) {
      throw new PlatformException("no folder can be made for a clone", e);
    }
  }

  /** A clone; closing it deletes its folder. */
  private record Checkout(Path folder, Path file, String id) implements AutoCloseable {
    Checkout named(String commit) {
      return new Checkout(folder, file, commit);
    }

    Checkout checked(String where) {
      if (!file.startsWith(folder) || !Files.isRegularFile(file)) {
        throw new PlatformException(where + " is not there, or is no file");
      }
      return this;
    }

    /** A character for each byte, so that what is not changed stays as it is. */
    String text() {
      try {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void write(String text) {
      try {
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      try (Stream<Path> all = Files.walk(folder)) {
        List<Path> paths = all.sorted(Comparator.reverseOrder()).toList();
        for (Path path : paths) {
          Files.deleteIfExists(path);
        }
      } catch (IOException | UncheckedIOException e) {
        LOG.debug("the clone {} stays", folder, e);
      }
    }
  }
}
