package dev.ripcord.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What runs a service. */
public sealed interface PlatformSettings {
  /** Its name as the configuration spells it. */
  String name();

  /**
   * One container on a Docker Engine.
   *
   * @param container its name
   * @param socket the Engine's Unix socket
   * @param startTimeout how long a new container may take to run (and be healthy, where it has a
   *     health check)
   */
  record Docker(String container, Path socket, Duration startTimeout) implements PlatformSettings {
    @Override
    public String name() {
      return "docker";
    }
  }

  /**
   * A folder {@code releases/} and a link {@code current} to one of them.
   *
   * @param path the folder that holds both
   * @param restart the program to call after the link has moved, with its arguments; may be empty
   * @param stop stops the application; may be empty
   * @param deadline how long each program may run
   */
  record Directory(Path path, List<String> restart, List<String> stop, Duration deadline)
      implements PlatformSettings {
    public Directory {
      restart = List.copyOf(restart);
      stop = List.copyOf(stop);
    }

    @Override
    public String name() {
      return "directory";
    }
  }

  /**
   * A web hook.
   *
   * @param switchTo where a switch is asked for by POST
   * @param current where what runs is asked for by GET
   * @param stop where the application's stop is asked for by POST; empty for none
   * @param secretFile holds the secret that signs what is sent; empty for unsigned calls
   * @param deadline how long a call may take, and then the image until it runs
   */
  record Http(
      URI switchTo, URI current, Optional<URI> stop, Optional<Path> secretFile, Duration deadline)
      implements PlatformSettings {
    @Override
    public String name() {
      return "http";
    }
  }

  /**
   * A file in a git repository from which something else deploys.
   *
   * @param repository its address, as git takes it
   * @param branch which branch is read and pushed to
   * @param file the file that names the image, within the repository
   * @param image which image of the file, without tag and digest; empty where it names only one
   * @param deadline how long each call of git may take
   */
  record Git(
      String repository, String branch, String file, Optional<String> image, Duration deadline)
      implements PlatformSettings {
    @Override
    public String name() {
      return "git";
    }
  }

  /**
   * A tag in a container registry from which something else deploys.
   *
   * @param repository without a tag, as images name it
   * @param tag which tag is moved
   * @param insecure whether the registry is spoken to without TLS
   * @param deadline how long each call may take
   */
  record Registry(String repository, String tag, boolean insecure, Duration deadline)
      implements PlatformSettings {
    @Override
    public String name() {
      return "registry";
    }
  }

  /**
   * Any program.
   *
   * @param switchTo puts the image that it finds in RIPCORD_IMAGE in place
   * @param current prints the image that runs
   * @param stop stops the application; may be empty
   * @param deadline how long each may run
   */
  record Command(List<String> switchTo, List<String> current, List<String> stop, Duration deadline)
      implements PlatformSettings {
    public Command {
      switchTo = List.copyOf(switchTo);
      current = List.copyOf(current);
      stop = List.copyOf(stop);
    }

    @Override
    public String name() {
      return "command";
    }
  }
}
