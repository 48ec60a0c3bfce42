package dev.ripcord.cli.init;

import java.nio.file.Path;
import java.util.Optional;

/** What runs a service, as far as it can be found. */
sealed interface Runner {
  /**
   * A service of a Compose project.
   *
   * @param file absolute; empty where the project's name stands for it
   */
  record ComposeService(Optional<Path> file, String project, String service) implements Runner {
    @Override
    public String text() {
      return "the Compose service "
          + service
          + file.map(each -> " of " + each.getFileName()).orElse(" of project " + project);
    }
  }

  /** A container. */
  record DockerContainer(String name) implements Runner {
    @Override
    public String text() {
      return "the container " + name;
    }
  }

  /** A Deployment of a Kubernetes cluster. */
  record Deployment(String name, String namespace, String context) implements Runner {
    @Override
    public String text() {
      return "the Deployment " + name + " in namespace " + namespace + " of context " + context;
    }
  }

  /** For people. */
  String text();
}
