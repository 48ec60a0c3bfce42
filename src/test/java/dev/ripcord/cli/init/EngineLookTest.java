package dev.ripcord.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.DockerEngine;
import dev.ripcord.cli.init.Findings.Container;
import dev.ripcord.platform.docker.api.ComposeLabels;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineLookTest {
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));

  @TempDir private Path folder;

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private Look<List<Container>> look(Path socket) {
    return EngineLook.look(vertx, vertx.createHttpClient(), socket, Duration.ofSeconds(10)).await();
  }

  @Test
  void list_isReadAsTheEngineGivesIt() {
    JsonArray all =
        new JsonArray(
            """
            [{"Names":["/web/alias","/shop-web-1"],"Image":"acme/web:1",
              "Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},
                       {"IP":"::","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},
                       {"PrivatePort":81,"Type":"tcp"},
                       {"IP":"0.0.0.0","PrivatePort":53,"PublicPort":53,"Type":"udp"}],
              "Labels":{"com.docker.compose.project":"shop","com.docker.compose.service":"web",
                "com.docker.compose.project.working_dir":"/srv/shop",
                "com.docker.compose.project.config_files":"/srv/shop/compose.yaml,more.yaml"}},
             {"Names":["/plain"],"Image":"sha256:00"},
             {"Image":"nameless"}]
            """);

    assertThat(EngineLook.containers(all))
        .containsExactly(
            new Container(
                "shop-web-1",
                "acme/web:1",
                List.of(Place.local(8080)),
                Optional.of(
                    new ComposeLabels(
                        "shop",
                        "web",
                        List.of(
                            Path.of("/srv/shop/compose.yaml"), Path.of("/srv/shop/more.yaml"))))),
            new Container("plain", "sha256:00", List.of(), Optional.empty()));
  }

  @Test
  void noSocket_isNothing_andOneThatNobodyHolds_isMissed() throws IOException {
    Path socket = folder.resolve("docker.sock");
    assertThat(look(socket)).isEqualTo(new Look.Nothing<>("none at " + socket));

    Files.writeString(socket, "");
    assertThat(look(socket))
        .isInstanceOfSatisfying(
            Look.Missed.class,
            missed -> assertThat(missed.why()).contains("the Docker Engine at " + socket));
  }

  @Test
  void realEngine_namesWhatRunsOnIt() {
    DockerEngine engine = DockerEngine.orSkip();
    String image = engine.shellImage(engine.name("init-look") + ":1", "CMD [\"sleep\",\"600\"]");
    String name = engine.name("init-look");
    List<String> run =
        List.of("run", "-d", "--name", name, "-p", "127.0.0.1::8080", "-p", "127.0.0.1::53/udp");
    List<String> labels =
        List.of(
            "--label", "com.docker.compose.project=shop",
            "--label", "com.docker.compose.service=web",
            "--label", "com.docker.compose.project.config_files=/srv/shop/compose.yaml");
    engine.docker(
        Stream.of(run, labels, List.of(image)).flatMap(List::stream).toArray(String[]::new));
    try {
      String port = engine.docker("port", name, "8080/tcp").replaceFirst(".*:", "");
      assertThat(look(engine.socket()).found().orElseThrow())
          .contains(
              new Container(
                  name,
                  image,
                  List.of(Place.local(Integer.parseInt(port))),
                  Optional.of(
                      new ComposeLabels(
                          "shop", "web", List.of(Path.of("/srv/shop/compose.yaml"))))));
    } finally {
      engine.docker("rm", "-f", name);
    }
  }
}
