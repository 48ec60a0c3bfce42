package dev.ripcord.config.file;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.config.Quoted;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads what runs a service. */
final class PlatformReader {
  private PlatformReader() {}

  static Optional<PlatformSettings> read(Section platform) {
    List<String> names = platform.names();
    if (names.isEmpty()) {
      platform.problem(
          "needs one of "
              + ServiceKeys.PLATFORM.keys().stream()
                  .map(Key::name)
                  .collect(Collectors.joining(", ")));
    } else if (names.size() > 1) {
      platform.problem(
          "has "
              + names.size()
              + " platforms ("
              + Quoted.plain(String.join(", ", names))
              + "); keep one");
    }
    List<PlatformSettings> read = new ArrayList<>();
    platform.section(ServiceKeys.DOCKER).flatMap(PlatformReader::docker).ifPresent(read::add);
    platform.section(ServiceKeys.COMPOSE).flatMap(PlatformReader::compose).ifPresent(read::add);
    platform.section(ServiceKeys.SWARM).flatMap(PlatformReader::swarm).ifPresent(read::add);
    platform
        .section(ServiceKeys.KUBERNETES)
        .flatMap(PlatformReader::kubernetes)
        .ifPresent(read::add);
    platform.section(ServiceKeys.DIRECTORY).flatMap(PlatformReader::directory).ifPresent(read::add);
    platform.section(ServiceKeys.COMMAND).flatMap(PlatformReader::command).ifPresent(read::add);
    platform.section(ServiceKeys.HTTP).flatMap(PlatformReader::http).ifPresent(read::add);
    platform.section(ServiceKeys.GIT).flatMap(PlatformReader::git).ifPresent(read::add);
    platform.section(ServiceKeys.REGISTRY).flatMap(PlatformReader::registry).ifPresent(read::add);
    return read.stream().findFirst();
  }

  private static Optional<PlatformSettings> registry(Section section) {
    Optional<String> repository = section.required(ServiceKeys.REGISTRY_REPOSITORY);
    String tag = section.value(ServiceKeys.TAG, ServiceKeys.TAG.standard());
    boolean insecure = section.value(ServiceKeys.INSECURE, ServiceKeys.INSECURE.standard());
    var deadline = section.value(ServiceKeys.DEADLINE, ServiceKeys.DEADLINE.standard());
    return repository.map(name -> new PlatformSettings.Registry(name, tag, insecure, deadline));
  }

  private static Optional<PlatformSettings> http(Section section) {
    Optional<URI> switchTo = section.required(ServiceKeys.HOOK_SWITCH);
    Optional<URI> current = section.required(ServiceKeys.HOOK_CURRENT);
    Optional<URI> stop = section.value(ServiceKeys.HOOK_STOP);
    Optional<Path> secret = section.resolved(section.value(ServiceKeys.SECRET_FILE));
    var deadline = section.value(ServiceKeys.DEADLINE, ServiceKeys.DEADLINE.standard());
    return switchTo.flatMap(
        post -> current.map(get -> new PlatformSettings.Http(post, get, stop, secret, deadline)));
  }

  private static Optional<PlatformSettings> git(Section section) {
    return repository(section).map(git -> git);
  }

  private static Optional<PlatformSettings.Git> repository(Section section) {
    Optional<String> repository = section.required(ServiceKeys.REPOSITORY);
    Optional<String> file = section.required(ServiceKeys.GIT_FILE);
    if (repository.filter(url -> url.matches("[a-z+]+://[^/@]*:[^/@]*@.*")).isPresent()) {
      section.problem(
          "has a repository with a password in its address, which would be seen; use ssh or a"
              + " credential helper of git");
    }
    String branch = section.value(ServiceKeys.BRANCH, ServiceKeys.BRANCH.standard());
    Optional<String> image = section.value(ServiceKeys.GIT_IMAGE);
    var deadline = section.value(ServiceKeys.DEADLINE, ServiceKeys.DEADLINE.standard());
    return repository.flatMap(
        address ->
            file.map(name -> new PlatformSettings.Git(address, branch, name, image, deadline)));
  }

  private static Optional<PlatformSettings> docker(Section section) {
    Optional<String> container = section.required(ServiceKeys.CONTAINER);
    return container.map(
        name -> new PlatformSettings.Docker(name, socket(section), startTimeout(section)));
  }

  private static Path socket(Section section) {
    return section
        .resolved(section.value(ServiceKeys.SOCKET))
        .orElseGet(ServiceKeys.SOCKET::standard);
  }

  private static Duration startTimeout(Section section) {
    return section.value(ServiceKeys.START_TIMEOUT, ServiceKeys.START_TIMEOUT.standard());
  }

  private static Optional<PlatformSettings> compose(Section section) {
    Optional<Path> file = section.resolved(section.value(ServiceKeys.COMPOSE_FILE));
    Optional<String> project = section.value(ServiceKeys.PROJECT);
    Optional<String> service = section.required(ServiceKeys.COMPOSE_SERVICE);
    if (file.isEmpty() && project.isEmpty()) {
      section.problem("needs a file or a project, such as project: shop");
      return Optional.empty();
    }
    return service.map(
        name ->
            new PlatformSettings.Compose(
                file, project, name, socket(section), startTimeout(section)));
  }

  private static Optional<PlatformSettings> swarm(Section section) {
    return section
        .required(ServiceKeys.SWARM_SERVICE)
        .map(name -> new PlatformSettings.Swarm(name, socket(section), startTimeout(section)));
  }

  private static Optional<PlatformSettings> kubernetes(Section section) {
    List<Kind> kinds =
        Stream.of(Kind.values()).filter(kind -> section.has(ServiceKeys.workload(kind))).toList();
    if (kinds.size() != 1) {
      section.problem(
          kinds.isEmpty()
              ? "needs a deployment, statefulset or daemonset, such as deployment: shop"
              : "has several workloads; keep one of deployment, statefulset and daemonset");
      return Optional.empty();
    }
    Kind kind = kinds.getFirst();
    return section
        .value(ServiceKeys.workload(kind))
        .map(
            name ->
                new PlatformSettings.Kubernetes(
                    kind,
                    name,
                    section.value(ServiceKeys.POD_CONTAINER),
                    SourceKeys.access(section),
                    section.value(ServiceKeys.TEMPLATE, ServiceKeys.TEMPLATE.standard()),
                    section.value(ServiceKeys.GIT_OPS, ServiceKeys.GIT_OPS.standard()),
                    section.section(ServiceKeys.GIT).flatMap(PlatformReader::repository),
                    section.value(
                        ServiceKeys.ROLLOUT_TIMEOUT, ServiceKeys.ROLLOUT_TIMEOUT.standard())));
  }

  private static Optional<PlatformSettings> directory(Section section) {
    Optional<Path> path = section.resolved(section.required(ServiceKeys.RELEASES_PATH));
    List<String> restart = section.command(ServiceKeys.RESTART);
    List<String> stop = section.command(ServiceKeys.STOP);
    var deadline = section.value(ServiceKeys.DEADLINE, ServiceKeys.DEADLINE.standard());
    return path.map(folder -> new PlatformSettings.Directory(folder, restart, stop, deadline));
  }

  private static Optional<PlatformSettings> command(Section section) {
    List<String> switchTo = requiredCommand(section, ServiceKeys.SWITCH);
    List<String> current = requiredCommand(section, ServiceKeys.CURRENT);
    List<String> stop = section.command(ServiceKeys.STOP);
    var deadline = section.value(ServiceKeys.DEADLINE, ServiceKeys.DEADLINE.standard());
    return Optional.of(new PlatformSettings.Command(switchTo, current, stop, deadline));
  }

  private static List<String> requiredCommand(Section section, Key.Value<String> key) {
    if (!section.has(key)) {
      section.problem("needs a " + key.name() + ", such as " + key.name() + ": " + key.example());
    }
    return section.command(key);
  }
}
