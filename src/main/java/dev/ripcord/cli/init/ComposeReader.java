package dev.ripcord.cli.init;

import dev.ripcord.cli.init.Findings.ComposeService;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The services of a Compose file, as far as {@code config init} needs them. Read as nodes, since a
 * Compose file may carry tags of its own ({@code !reset}). What is not understood is left out.
 * Pure.
 */
final class ComposeReader {
  private static final int DEPTH_MAX = 10;
  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::?-([^}]*))?}|\\$([A-Za-z_][A-Za-z0-9_]*)");

  /** {@code [address:][host port]:container port[/protocol]}; of a range the first. */
  private static final Pattern SHORT =
      Pattern.compile(
          "(?:([0-9.]+|\\[[0-9A-Fa-f:]+]):)?(\\d{1,5})(?:-\\d+)?:\\d+(?:-\\d+)?(/\\w+)?");

  private final Map<String, String> environment;

  private ComposeReader(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Reads the text of a file.
   *
   * @param environment what its variables stand for
   * @throws IllegalArgumentException where it is no Compose file, with what is wrong as a predicate
   */
  static List<ComposeService> read(String text, Map<String, String> environment) {
    try {
      return new Compose(LoadSettings.builder().build())
          .composeString(text)
          .map(root -> new ComposeReader(environment).services(root))
          .filter(services -> !services.isEmpty())
          .orElseThrow(() -> new IllegalArgumentException("has no services"));
    } catch (YamlEngineException | StackOverflowError e) {
      throw new IllegalArgumentException("is not YAML that can be read", e);
    }
  }

  private List<ComposeService> services(Node root) {
    List<ComposeService> services = new ArrayList<>();
    Optional.ofNullable(entries(root, 0).get("services"))
        .map(node -> entries(node, 0))
        .orElse(Map.of())
        .forEach((name, node) -> services.add(service(name, entries(node, 0))));
    return services;
  }

  private ComposeService service(String name, Map<String, Node> keys) {
    List<Place> ports = new ArrayList<>();
    if (keys.get("ports") instanceof SequenceNode all) {
      all.getValue().forEach(each -> port(each).ifPresent(ports::add));
    }
    return new ComposeService(name, text(keys.get("image")), keys.containsKey("build"), ports);
  }

  private Optional<Place> port(Node node) {
    if (node instanceof ScalarNode) {
      Matcher matcher = SHORT.matcher(text(node));
      return matcher.matches() && isTcp(matcher.group(3))
          ? place(matcher.group(1), matcher.group(2))
          : Optional.empty();
    }
    Map<String, Node> keys = entries(node, 0);
    String protocol = text(keys.get("protocol"));
    String port = text(keys.get("published")).replaceFirst("-\\d+$", "");
    return protocol.isEmpty() || protocol.equals("tcp")
        ? place(text(keys.get("host_ip")), port)
        : Optional.empty();
  }

  private static boolean isTcp(@Nullable String protocol) {
    return protocol == null || protocol.equals("/tcp");
  }

  private static Optional<Place> place(@Nullable String address, String port) {
    boolean isPort = port.matches("\\d{1,5}") && Integer.parseInt(port) <= 65_535;
    return isPort && Integer.parseInt(port) > 0
        ? Optional.of(Place.published(address == null ? "" : address, Integer.parseInt(port)))
        : Optional.empty();
  }

  /** The keys of a map in their order, those of its merges ({@code <<}) behind its own. */
  private static Map<String, Node> entries(Node node, int depth) {
    Map<String, Node> entries = new LinkedHashMap<>();
    if (!(node instanceof MappingNode map) || depth > DEPTH_MAX) {
      return entries;
    }
    List<Node> merged = new ArrayList<>();
    for (NodeTuple each : map.getValue()) {
      if (each.getKeyNode() instanceof ScalarNode key) {
        if (key.getValue().equals("<<")) {
          merged.addAll(
              each.getValueNode() instanceof SequenceNode several
                  ? several.getValue()
                  : List.of(each.getValueNode()));
        } else {
          entries.putIfAbsent(key.getValue(), each.getValueNode());
        }
      }
    }
    merged.forEach(each -> entries(each, depth + 1).forEach(entries::putIfAbsent));
    return entries;
  }

  /** A value with its variables filled in; empty where it is none. */
  private String text(@Nullable Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      return "";
    }
    return VARIABLE
        .matcher(scalar.getValue())
        .replaceAll(
            found -> {
              String name = Optional.ofNullable(found.group(1)).orElse(found.group(3));
              String set = environment.getOrDefault(name, "");
              String usual = Optional.ofNullable(found.group(2)).orElse("");
              return Matcher.quoteReplacement(set.isEmpty() ? usual : set);
            });
  }
}
