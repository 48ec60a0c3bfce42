package dev.ripcord.platform.compose;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.platform.docker.DockerNames;
import dev.ripcord.platform.docker.api.ComposeLabels;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which containers of an Engine belong to a service of a Compose project, by the labels that
 * Compose puts on them. Pure.
 *
 * @param found their names, in Compose's own order
 * @param oldest the names of those that were made first: the list gives whole seconds, so there may
 *     be several
 * @param others what else there is, as {@code project/service}, for a complaint
 */
record ComposeContainers(List<String> found, List<String> oldest, List<String> others) {
  private static final String LABEL = "com.docker.compose.";

  private record Container(String name, long number, long created) {}

  /** From the Engine's list of all containers. */
  static ComposeContainers of(JsonArray all, PlatformSettings.Compose settings) {
    Map<String, Container> found = new TreeMap<>();
    TreeSet<String> others = new TreeSet<>();
    for (Object each : all) {
      JsonObject container = (JsonObject) each;
      JsonObject labels = container.getJsonObject("Labels", new JsonObject());
      ComposeLabels made = ComposeLabels.of(labels);
      String service = made.service();
      if (service.isEmpty() || labels.getString(LABEL + "oneoff", "").equalsIgnoreCase("true")) {
        continue;
      }
      if (service.equals(settings.service()) && isOfProject(made, settings)) {
        // A switch that broke off half-way leaves companions that have the same labels.
        name(container)
            .map(DockerNames::mainOf)
            .forEach(
                name -> found.merge(name, made(name, container, labels), (a, b) -> older(a, b)));
      } else {
        others.add(made.project() + "/" + service);
      }
    }
    List<Container> ordered =
        found.values().stream()
            .sorted(Comparator.comparingLong(Container::number).thenComparing(Container::name))
            .toList();
    long first = ordered.stream().mapToLong(Container::created).min().orElse(0);
    return new ComposeContainers(
        ordered.stream().map(Container::name).toList(),
        ordered.stream().filter(each -> each.created() == first).map(Container::name).toList(),
        List.copyOf(others));
  }

  private static Container older(Container one, Container other) {
    return one.created() <= other.created() ? one : other;
  }

  private static Container made(String name, JsonObject container, JsonObject labels) {
    String number = labels.getString(LABEL + "container-number", "");
    return new Container(
        name,
        number.matches("\\d{1,9}") ? Long.parseLong(number) : 0,
        container.getLong("Created", 0L));
  }

  /** The container's own name; the others are those by which linked ones know it. */
  private static Stream<String> name(JsonObject container) {
    return container.getJsonArray("Names", new JsonArray()).stream()
        .map(name -> name.toString().replaceFirst("^/", ""))
        .filter(name -> !name.contains("/"))
        .limit(1);
  }

  private static boolean isOfProject(ComposeLabels made, PlatformSettings.Compose settings) {
    return settings
        .project()
        .map(made.project()::equals)
        .orElseGet(() -> settings.file().filter(made.files()::contains).isPresent());
  }
}
