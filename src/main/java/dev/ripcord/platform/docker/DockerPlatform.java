package dev.ripcord.platform.docker;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.platform.docker.DockerContainers.PermitLost;
import dev.ripcord.platform.docker.DockerSwitch.Goal;
import dev.ripcord.platform.docker.api.DockerSocket;
import dev.ripcord.port.ContainerUsage;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ShellWord;
import dev.ripcord.rollback.SideEffects;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One container on a Docker Engine. A container cannot change its image, so it is made anew with
 * everything that it was given: environment, volumes, ports, networks, labels, limits, health
 * check, restart policy. The one before is kept until the new one is seen to run, and comes back if
 * it does not. {@link SwitchMachine} draws the way.
 *
 * <p>Nothing is pulled: an image that is to be put back in a hurry has to be there.
 */
public final class DockerPlatform implements Platform {
  private static final Logger LOG = LoggerFactory.getLogger(DockerPlatform.class);
  private static final int STEPS_MAX = 40;
  private static final int NAMES_SHOWN = 5;

  private final Vertx vertx;
  private final LongSupplier nanos;
  private final DockerSocket socket;
  private final DockerNames names;
  private final PlatformSettings.Docker settings;
  private final Duration silence;

  /**
   * One container.
   *
   * @param silence how long an Engine may not answer in the middle of a switch before that is given
   *     up
   */
  public DockerPlatform(
      Vertx vertx,
      LongSupplier nanos,
      HttpClient http,
      PlatformSettings.Docker settings,
      Duration silence) {
    this.vertx = vertx;
    this.nanos = nanos;
    this.socket = new DockerSocket(vertx, http, settings.socket());
    this.names = new DockerNames(settings.container());
    this.settings = settings;
    this.silence = silence;
  }

  @Override
  public String name() {
    return settings.name();
  }

  /**
   * The image of the container. While a switch is half done and the name is free, that of the one
   * that was put aside.
   */
  @Override
  public Future<ImageRef> current() {
    return DockerContainers.open(socket).compose(this::container).map(DockerPlatform::image);
  }

  /** The one that has the name; while a switch is half done, the one that was put aside. */
  private Future<JsonObject> container(DockerContainers engine) {
    return halfWay(engine)
        .compose(
            found ->
                found.stream()
                    .findFirst()
                    .map(Future::succeededFuture)
                    .orElseGet(() -> missing(engine)));
  }

  @Override
  public Future<Optional<ContainerUsage>> usage() {
    return DockerContainers.open(socket)
        .compose(
            engine ->
                engine
                    .byName(names.main())
                    .compose(
                        found ->
                            found
                                .map(
                                    container ->
                                        engine
                                            .stats(container.getString("Id"))
                                            .map(stats -> DockerUsage.of(container, stats)))
                                .orElse(Future.succeededFuture(Optional.empty()))));
  }

  /** When the container was made, by the Engine's clock. */
  public Future<Instant> made() {
    return DockerContainers.open(socket)
        .compose(this::container)
        .map(found -> Instant.parse(found.getString("Created")));
  }

  @Override
  public Future<ImageIdentity> running() {
    return DockerContainers.open(socket)
        .compose(this::container)
        .map(found -> new ImageIdentity(image(found), Optional.of(found.getString("Image"))));
  }

  @Override
  public Future<ImageIdentity> identified(ImageRef image) {
    return DockerContainers.open(socket)
        .compose(engine -> lookUp(engine, image))
        .map(found -> new ImageIdentity(image, found.map(i -> i.getString("Id"))));
  }

  @Override
  public Future<SideEffects> sideEffects() {
    return DockerContainers.open(socket)
        .compose(
            engine ->
                container(engine).compose(found -> DockerSideEffects.of(engine, names, found)));
  }

  @Override
  public Future<Presence> presence(ImageRef image) {
    return DockerContainers.open(socket)
        .compose(engine -> lookUp(engine, image))
        .map(found -> DockerImages.presence(image.text(), found));
  }

  @Override
  public Future<String> switchTo(Release release, ImageRef image, Permit permit) {
    LOG.info(
        "service {}, release {}: container {} is to run {}",
        release.service(),
        release.name(),
        names.main(),
        image);
    return switchTo(image, permit, STEPS_MAX);
  }

  /** The same with a bound on the steps, after which it breaks off where it is. */
  Future<String> switchTo(ImageRef image, Permit permit, int stepsMax) {
    Goal goal = new Goal(names, image.text(), settings.startTimeout(), stepsMax);
    return DockerContainers.open(socket, permit)
        .compose(
            engine ->
                container(engine)
                    .compose(found -> lookUp(engine, image))
                    .map(found -> found.map(i -> i.getString("Id")))
                    .compose(id -> run(engine, goal, id)))
        .onSuccess(LOG::info);
  }

  private Future<String> run(DockerContainers engine, Goal goal, Optional<String> imageId) {
    DockerProof proof = new DockerProof(vertx, nanos, engine);
    AnswerDeadline patience = new AnswerDeadline(vertx, nanos, silence);
    return new DockerSwitch(engine, proof, goal, imageId, patience).run();
  }

  /**
   * Stops the container and whatever a switch that broke off has left running, so that nothing of
   * the service writes any more and nothing is started again by going back.
   */
  @Override
  public Future<Void> stop(Release release, Permit permit) {
    LOG.info(
        "service {}, release {}: stopping container {}",
        release.service(),
        release.name(),
        names.main());
    return DockerContainers.open(socket, permit)
        .compose(
            engine ->
                halfWay(engine)
                    .compose(found -> found.isEmpty() ? missing(engine) : stopAll(engine, found)))
        .recover(DockerPlatform::withoutPermit);
  }

  private Future<Void> stopAll(DockerContainers engine, List<JsonObject> containers) {
    Optional<String> vanishing = vanishing(containers);
    if (vanishing.isPresent()) {
      return Future.failedFuture(
          new PlatformException(
              vanishing.get()
                  + "; make it without --rm, or switch without stopping first (order:"
                  + " image-first)"));
    }
    Future<Void> before = Future.succeededFuture();
    for (JsonObject container : containers) {
      before = before.compose(done -> stopOne(engine, container));
    }
    return before;
  }

  @Override
  public Future<String> start(Release release, ImageRef image, Permit permit) {
    Goal goal = new Goal(names, image.text(), settings.startTimeout(), STEPS_MAX);
    return DockerContainers.open(socket, permit)
        .compose(
            engine ->
                container(engine)
                    .compose(
                        found ->
                            image(found).equals(image)
                                ? run(engine, goal, Optional.of(found.getString("Image")))
                                : switchTo(release, image, permit)));
  }

  /** Where the right to act was lost, what is reported is how that was found. */
  private static <T> Future<T> withoutPermit(Throwable trouble) {
    Throwable cause = trouble.getCause();
    return Future.failedFuture(trouble instanceof PermitLost && cause != null ? cause : trouble);
  }

  @Override
  public Future<Optional<String>> stopBlocker() {
    return DockerContainers.open(socket).compose(this::halfWay).map(this::vanishing);
  }

  private Optional<String> vanishing(List<JsonObject> containers) {
    boolean vanishes =
        containers.stream()
            .filter(c -> c.getJsonObject("HostConfig").getBoolean("AutoRemove", false))
            .anyMatch(c -> DockerScene.mode(c.getJsonObject("State")).isActive());
    return vanishes
        ? Optional.of(
            "container %s was made with --rm: stopped, it would be gone with all its settings"
                .formatted(names.main()))
        : Optional.empty();
  }

  private Future<Void> stopOne(DockerContainers engine, JsonObject container) {
    String id = container.getString("Id");
    boolean aside = DockerContainers.nameOf(container).equals(names.aside());
    return engine
        .stop(id)
        .compose(
            done -> aside ? engine.rename(id, names.asideStopped()) : Future.succeededFuture());
  }

  /** What there is of the container, the one that has the name first. */
  private Future<List<JsonObject>> halfWay(DockerContainers engine) {
    Future<Optional<JsonObject>> main = engine.byName(names.main());
    Future<Optional<JsonObject>> aside = engine.byName(names.aside());
    Future<Optional<JsonObject>> stopped = engine.byName(names.asideStopped());
    Future<Optional<JsonObject>> fresh = engine.byName(names.fresh());
    return Future.all(main, aside, stopped, fresh)
        .map(
            all ->
                List.of(main, aside, stopped, fresh).stream()
                    .flatMap(found -> found.result().stream())
                    .toList());
  }

  private static Future<Optional<JsonObject>> lookUp(DockerContainers engine, ImageRef image) {
    return DockerImages.isReference(image.text())
        ? engine.image(image.text())
        : Future.succeededFuture(Optional.empty());
  }

  private static ImageRef image(JsonObject container) {
    return new ImageRef(container.getJsonObject("Config").getString("Image"));
  }

  private <T> Future<T> missing(DockerContainers engine) {
    return engine.names().compose(all -> Future.failedFuture(new PlatformException(missing(all))));
  }

  private String missing(List<String> all) {
    String name = names.main();
    List<String> alike =
        all.stream().filter(other -> other.contains(name) || name.contains(other)).toList();
    List<String> shown = (alike.isEmpty() ? all : alike).stream().limit(NAMES_SHOWN).toList();
    String there =
        shown.isEmpty()
            ? "there are no containers at all"
            : (alike.isEmpty() ? "there are: " : "did you mean: ") + String.join(", ", shown);
    return "there is no container \"%s\" on the Docker Engine at %s; %s. Set platform.docker.container, or start it with: docker run --name %s …"
        .formatted(name, socket.path(), there, ShellWord.of(name));
  }
}
