package dev.ripcord.platform.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.PlatformSettings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ComposeContainersTest {
  private static PlatformSettings.Compose settings(Optional<Path> file, Optional<String> project) {
    return new PlatformSettings.Compose(
        file, project, "web", Path.of("docker.sock"), Duration.ofSeconds(5));
  }

  private static JsonObject container(String name, long created, String project, String... labels) {
    JsonObject all = new JsonObject().put("com.docker.compose.project", project);
    all.put("com.docker.compose.service", "web");
    for (int i = 0; i < labels.length; i += 2) {
      all.put("com.docker.compose." + labels[i], labels[i + 1]);
    }
    return new JsonObject()
        .put("Names", new JsonArray().add("/other/" + name).add("/" + name))
        .put("Created", created)
        .put("Labels", all);
  }

  @Test
  void containers_areThoseOfTheService_inComposesOrder() {
    JsonArray all =
        new JsonArray()
            .add(container("shop_web_10", 30, "shop", "container-number", "10"))
            .add(container("shop_web_2", 20, "shop", "container-number", "2"))
            .add(container("shop_web_run_1", 10, "shop", "oneoff", "True"))
            .add(container("other_web_1", 5, "other"))
            .add(new JsonObject().put("Names", new JsonArray().add("/alone")));

    ComposeContainers found =
        ComposeContainers.of(all, settings(Optional.empty(), Optional.of("shop")));

    assertThat(found.found()).containsExactly("shop_web_2", "shop_web_10");
    assertThat(found.oldest()).containsExactly("shop_web_2");
    assertThat(found.others()).containsExactly("other/web");
  }

  @Test
  void oldest_areAllOfOneSecond() {
    JsonArray all =
        new JsonArray()
            .add(container("web-1", 20, "shop"))
            .add(container("web-2", 20, "shop"))
            .add(container("web-3", 21, "shop"));

    assertThat(ComposeContainers.of(all, settings(Optional.empty(), Optional.of("shop"))).oldest())
        .containsExactly("web-1", "web-2");
  }

  @Test
  void companionsOfASwitchThatBrokeOff_areTheContainerItself() {
    JsonArray all =
        new JsonArray()
            .add(container("web-1-ripcord-old-stopped", 10, "shop"))
            .add(container("web-1-ripcord-new", 40, "shop"))
            .add(container("web-2", 20, "shop"))
            .add(container("web-2-ripcord-old", 15, "shop"));

    assertThat(ComposeContainers.of(all, settings(Optional.empty(), Optional.of("shop"))).found())
        .containsExactly("web-1", "web-2");
  }

  @Test
  void file_namesTheProject_asBothVersionsOfComposeWriteIt() {
    JsonArray all =
        new JsonArray()
            .add(
                container(
                    "one",
                    1,
                    "a",
                    "project.config_files",
                    "compose.yml,more.yml",
                    "project.working_dir",
                    "/srv/shop"))
            .add(container("two", 2, "b", "project.config_files", "/srv/shop/compose.yml"))
            .add(container("three", 3, "c", "project.config_files", "/srv/other/compose.yml"));

    assertThat(
            ComposeContainers.of(
                    all, settings(Optional.of(Path.of("/srv/shop/compose.yml")), Optional.empty()))
                .found())
        .containsExactly("one", "two");
  }
}
