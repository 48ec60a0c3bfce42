package dev.ripcord.platform.registry;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.platform.registry.RegistryApi.Manifest;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tag of a registry, {@code :latest} or any other, from which something else deploys. To put an
 * image in place the tag is moved to its manifest; images are told apart by their digests. When it
 * is deployed is for the polls to see: the tag says what shall run.
 */
public final class RegistryPlatform implements Platform {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryPlatform.class);
  private static final int DIGEST_SHOWN = 19;

  private final ServiceName service;
  private final PlatformSettings.Registry settings;
  private final RepositoryName repository;
  private final RegistryApi registry;

  /**
   * Asks nothing yet.
   *
   * @param dockerConfig Docker's own configuration, which may hold an account
   */
  public RegistryPlatform(
      Vertx vertx,
      HttpClient http,
      Path dockerConfig,
      ServiceName service,
      PlatformSettings.Registry settings) {
    this.service = service;
    this.settings = settings;
    this.repository = RepositoryName.of(settings.repository());
    this.registry =
        new RegistryApi(
            vertx, http, repository, settings.insecure(), settings.deadline(), dockerConfig);
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public Future<ImageRef> current() {
    return running().map(ImageIdentity::ref);
  }

  @Override
  public Future<ImageIdentity> running() {
    return registry
        .manifest(settings.tag())
        .map(
            found ->
                new ImageIdentity(
                    tag(),
                    Optional.of(
                        found
                            .orElseThrow(() -> new PlatformException(tag() + " is not there"))
                            .digest())));
  }

  private ImageRef tag() {
    return new ImageRef(settings.repository() + ":" + settings.tag());
  }

  @Override
  public Future<ImageIdentity> identified(ImageRef image) {
    return manifest(image).map(found -> new ImageIdentity(image, found.map(Manifest::digest)));
  }

  /** By its digest where its own name stands for something else by now. */
  @Override
  public Future<ImageRef> lasting(ImageIdentity image) {
    return identified(image.ref())
        .map(
            now ->
                image.id().isEmpty() || image.id().equals(now.id())
                    ? image.ref()
                    : new ImageRef(settings.repository() + "@" + image.id().get()));
  }

  private Future<Optional<Manifest>> manifest(ImageRef image) {
    return repository
        .reference(image)
        .map(registry::manifest)
        .orElseGet(() -> Future.succeededFuture(Optional.empty()));
  }

  @Override
  public Future<Presence> presence(ImageRef image) {
    return manifest(image)
        .map(
            found ->
                found.isPresent()
                    ? new Presence.Present(shown(found.get().digest()))
                    : new Presence.Absent(absent(image)));
  }

  private String absent(ImageRef image) {
    return repository.reference(image).isEmpty()
        ? image + " is not one of " + settings.repository()
        : image + " is not in the registry";
  }

  @Override
  public Future<String> switchTo(Release release, ImageRef image, Permit permit) {
    return manifest(image)
        .compose(
            found ->
                found.isPresent()
                    ? moved(image, found.get(), permit)
                    : Future.failedFuture(new PlatformException(absent(image))));
  }

  private Future<String> moved(ImageRef image, Manifest wanted, Permit permit) {
    return registry
        .manifest(settings.tag())
        .compose(
            now -> {
              if (now.filter(each -> each.digest().equals(wanted.digest())).isPresent()) {
                return Future.succeededFuture(tag() + " is " + image + " already");
              }
              LOG.info("service {}: {} becomes {}", service, tag(), wanted.digest());
              return permit
                  .confirm()
                  .compose(granted -> registry.put(settings.tag(), wanted))
                  .compose(put -> registry.manifest(settings.tag()))
                  .map(after -> told(image, wanted, after));
            });
  }

  private String told(ImageRef image, Manifest wanted, Optional<Manifest> after) {
    if (after.filter(each -> each.digest().equals(wanted.digest())).isEmpty()) {
      throw new PlatformException(
          "%s was moved to %s, and somebody has moved it again: it is %s now"
              .formatted(tag(), image, after.map(each -> shown(each.digest())).orElse("gone")));
    }
    return "%s is %s (%s)".formatted(tag(), image, shown(wanted.digest()));
  }

  private static String shown(String digest) {
    return digest.substring(0, Math.min(DIGEST_SHOWN, digest.length()));
  }

  @Override
  public Future<String> start(Release release, ImageRef image, Permit permit) {
    return switchTo(release, image, permit);
  }

  @Override
  public Future<Optional<String>> stopBlocker() {
    return Future.succeededFuture(Optional.of("a registry cannot stop an application"));
  }

  @Override
  public Future<Void> stop(Release release, Permit permit) {
    return Future.failedFuture(
        new PlatformException(
            service + " cannot be stopped through a registry: set order: image-first"));
  }
}
