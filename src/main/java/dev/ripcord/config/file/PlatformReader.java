package dev.ripcord.config.file;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.config.Quoted;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what runs a service. */
final class PlatformReader {
  private PlatformReader() {}

  static Optional<PlatformSettings> read(Section platform) {
    List<String> names = platform.names();
    if (names.isEmpty()) {
      platform.problem("needs one of docker, directory, command, http, git, registry");
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
    Path socket =
        section.resolved(section.value(ServiceKeys.SOCKET)).orElseGet(ServiceKeys.SOCKET::standard);
    var startTimeout =
        section.value(ServiceKeys.START_TIMEOUT, ServiceKeys.START_TIMEOUT.standard());
    return container.map(name -> new PlatformSettings.Docker(name, socket, startTimeout));
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
