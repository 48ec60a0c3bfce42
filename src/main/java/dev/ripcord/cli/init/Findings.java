package dev.ripcord.cli.init;

import dev.ripcord.migration.Tool;
import dev.ripcord.platform.docker.api.ComposeLabels;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What was found by looking around. Nothing in it is a secret.
 *
 * @param folder the folder that was looked at, absolute
 * @param compose the Compose file in it
 * @param containers what runs on the Docker Engine
 * @param cluster the current context of Kubernetes
 * @param database what the environment says of a database
 * @param migrations the folder of migrations
 * @param endpoints what answers over HTTP, the published ports first
 */
record Findings(
    Path folder,
    Look<ComposeFile> compose,
    Look<List<Container>> containers,
    Look<Cluster> cluster,
    Look<DatabaseIn> database,
    Look<Migrations> migrations,
    List<Endpoint> endpoints) {
  Findings {
    endpoints = List.copyOf(endpoints);
  }

  /**
   * A Compose file.
   *
   * @param file absolute
   * @param services as the file orders them
   */
  record ComposeFile(Path file, List<ComposeService> services) {
    ComposeFile {
      services = List.copyOf(services);
    }
  }

  /**
   * A service of a Compose file.
   *
   * @param image as the file names it; empty where it names none
   * @param isBuilt whether the file says how its image is built
   * @param ports which it publishes at an address that is known
   */
  record ComposeService(String name, String image, boolean isBuilt, List<Place> ports) {
    ComposeService {
      ports = List.copyOf(ports);
    }
  }

  /**
   * A container that runs.
   *
   * @param compose what Compose calls it, where it was made by Compose
   */
  record Container(String name, String image, List<Place> ports, Optional<ComposeLabels> compose) {
    Container {
      ports = List.copyOf(ports);
    }
  }

  /**
   * The current context of a kubeconfig.
   *
   * @param deployments the names of those in its namespace, in their order
   */
  record Cluster(String context, String namespace, List<String> deployments) {
    Cluster {
      deployments = List.copyOf(deployments);
    }
  }

  /** Where the environment names a database. */
  enum DatabaseIn {
    /** In {@code DATABASE_URL}. */
    URL,
    /** In {@code DB_HOST} and its like, or {@code POSTGRES_HOST} and its like. */
    PARTS
  }

  /**
   * A folder of migrations.
   *
   * @param dir absolute
   * @param tool whose files they are
   */
  record Migrations(Path dir, Tool tool) {}

  /**
   * Something that answers over HTTP.
   *
   * @param metrics its metrics page
   * @param health the path that answers well, the likeliest first; empty where none does
   * @param wantsLogin a metrics page that is there and wants credentials
   */
  record Endpoint(
      Place place, Optional<Page> metrics, Optional<String> health, Optional<String> wantsLogin) {}

  /**
   * A metrics page.
   *
   * @param counter the request counter that Ripcord would read; empty where it knows none of it
   * @param lookAlikes what looks like one, for people
   */
  record Page(String path, Optional<String> counter, String lookAlikes) {}
}
