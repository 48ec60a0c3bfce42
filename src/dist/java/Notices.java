import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Writes the licence notices of the libraries: THIRD-PARTY.txt, a line for each with its licence by
 * the SBOM, and in licenses/JAR what the jar itself has of licences and notices. Run by the build:
 * {@code java Notices.java SBOM LIB FOLDER}; a library whose licence nobody knows ends it.
 */
final class Notices {
  private static final Pattern NOTICE =
      Pattern.compile(
          "(META-INF/)?(LICENSE|LICENCE|NOTICE|COPYRIGHT|THIRD-PARTY)[^/]*",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern CODE = Pattern.compile(".*\\.class");

  private Notices() {}

  public static void main(String[] args) throws IOException {
    Path lib = Path.of(args[1]);
    Path folder = Files.createDirectories(Path.of(args[2]));
    Map<String, String> licences = licences(new ObjectMapper().readTree(Path.of(args[0]).toFile()));
    List<String> lines = new ArrayList<>();
    lines.add(
        "The libraries in lib/ and their licences. What each says itself is in licenses/. The Java"
            + " runtime's are in runtime/legal.");
    lines.add("");
    for (Path jar : jars(lib)) {
      String name = jar.getFileName().toString();
      String licence = licences.get(name);
      if (licence == null) {
        throw new IllegalStateException(
            "the SBOM knows no licence of "
                + name
                + ": add it to the pom or leave the library out");
      }
      lines.add(name + ": " + licence);
      copy(jar, folder.resolve("licenses").resolve(name));
    }
    Files.write(folder.resolve("THIRD-PARTY.txt"), lines);
  }

  private static List<Path> jars(Path lib) throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  /** The licences by the name of the jar. */
  private static Map<String, String> licences(JsonNode sbom) {
    Map<String, String> found = new TreeMap<>();
    for (JsonNode component : sbom.path("components")) {
      List<String> names = new ArrayList<>();
      for (JsonNode choice : component.path("licenses")) {
        JsonNode licence = choice.path("license");
        String name =
            choice
                .path("expression")
                .asText(licence.path("id").asText(licence.path("name").asText()));
        String url = licence.path("url").asText();
        names.add(url.isEmpty() ? name : name + " (" + url + ")");
      }
      if (!names.isEmpty()) {
        found.put(jar(component), String.join("; ", names));
      }
    }
    return found;
  }

  private static String jar(JsonNode component) {
    String purl = component.path("purl").asText();
    int at = purl.indexOf("classifier=");
    String classifier =
        at < 0 ? "" : "-" + purl.substring(at + "classifier=".length()).replaceAll("&.*", "");
    return component.path("name").asText()
        + "-"
        + component.path("version").asText()
        + classifier
        + ".jar";
  }

  private static void copy(Path jar, Path folder) throws IOException {
    try (JarFile in = new JarFile(jar.toFile())) {
      for (ZipEntry entry : Collections.list(in.entries())) {
        String name = entry.getName();
        if (!entry.isDirectory()
            && NOTICE.matcher(name).matches()
            && !CODE.matcher(name).matches()) {
          Files.createDirectories(folder);
          try (InputStream text = in.getInputStream(entry)) {
            Files.copy(text, folder.resolve(name.substring(name.lastIndexOf('/') + 1)));
          }
        }
      }
    }
  }
}
