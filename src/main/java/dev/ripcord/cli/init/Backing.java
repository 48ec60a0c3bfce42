package dev.ripcord.cli.init;

import java.util.Locale;
import java.util.Set;

/**
 * Which images are what a service stands on, and not a service whose releases are watched. Pure.
 */
final class Backing {
  private static final Set<String> NAMES =
      Set.of(
          "postgres",
          "postgresql",
          "postgis",
          "pgvector",
          "timescaledb",
          "timescaledb-ha",
          "pgbouncer",
          "pgadmin4",
          "adminer",
          "mysql",
          "mariadb",
          "mongo",
          "mongodb",
          "mongo-express",
          "redis",
          "redis-stack",
          "valkey",
          "keydb",
          "memcached",
          "rabbitmq",
          "nats",
          "kafka",
          "cp-kafka",
          "redpanda",
          "zookeeper",
          "cp-zookeeper",
          "elasticsearch",
          "opensearch",
          "kibana",
          "clickhouse-server",
          "cassandra",
          "etcd",
          "consul",
          "vault",
          "minio",
          "localstack",
          "mailhog",
          "mailpit",
          "prometheus",
          "alertmanager",
          "grafana",
          "loki",
          "tempo",
          "jaeger",
          "zipkin",
          "opentelemetry-collector",
          "opentelemetry-collector-contrib",
          "node-exporter",
          "postgres-exporter",
          "cadvisor",
          "traefik",
          "registry",
          "portainer",
          "portainer-ce",
          "ripcord");

  private Backing() {}

  /** Whether an image, with or without its registry and tag, is one of them. */
  static boolean isBacking(String image) {
    String name = image.substring(image.lastIndexOf('/') + 1).replaceFirst("[:@].*$", "");
    return NAMES.contains(name.toLowerCase(Locale.ROOT));
  }
}
