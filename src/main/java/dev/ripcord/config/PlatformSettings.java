package dev.ripcord.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
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
   * All containers of one service of a Compose project.
   *
   * @param file the Compose file that they were made from, absolute; empty where {@code project}
   *     names them
   * @param project its name; empty where {@code file} names it
   * @param service its name in the file
   * @param socket the Engine's Unix socket
   * @param startTimeout how long each new container may take to run
   */
  record Compose(
      Optional<Path> file,
      Optional<String> project,
      String service,
      Path socket,
      Duration startTimeout)
      implements PlatformSettings {
    @Override
    public String name() {
      return "compose";
    }
  }

  /**
   * A service of a Docker Swarm.
   *
   * @param service its name or id
   * @param socket the Unix socket of an Engine that is a manager
   * @param startTimeout how long its tasks may take to run
   */
  record Swarm(String service, Path socket, Duration startTimeout) implements PlatformSettings {
    @Override
    public String name() {
      return "swarm";
    }
  }

  /**
   * A workload of a Kubernetes cluster.
   *
   * @param kind what it is
   * @param workload its name
   * @param container which of its containers has the image; empty where it has only one
   * @param access how the cluster is reached
   * @param template whether the whole pod template that ran an image is put back, where the cluster
   *     still has it; else the image alone
   * @param gitOps what is done about a controller that would put the bad version back
   * @param git where the image is changed first, for such a controller
   * @param rolloutTimeout how long a rollout may take
   */
  record Kubernetes(
      Kind kind,
      String workload,
      Optional<String> container,
      ClusterAccess access,
      boolean template,
      GitOps gitOps,
      Optional<Git> git,
      Duration rolloutTimeout)
      implements PlatformSettings {
    /** Kinds of workloads. */
    public enum Kind {
      /** Its revisions are replica sets. */
      DEPLOYMENT("Deployment"),
      /** Its revisions are controller revisions. */
      STATEFULSET("StatefulSet"),
      /** A pod on each node. */
      DAEMONSET("DaemonSet");

      private final String text;

      Kind(String text) {
        this.text = text;
      }

      /** As Kubernetes writes it. */
      public String text() {
        return text;
      }

      /** As the configuration and the API's paths spell it, in the singular. */
      public String key() {
        return text.toLowerCase(Locale.ROOT);
      }
    }

    /** What is done about Argo CD or Flux where one of them keeps the workload. */
    public enum GitOps {
      /** It is said. */
      WARN,
      /** Its automatic synchronisation is suspended first. */
      SUSPEND
    }

    @Override
    public String name() {
      return "kubernetes";
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
