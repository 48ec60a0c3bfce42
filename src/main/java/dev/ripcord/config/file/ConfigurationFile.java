package dev.ripcord.config.file;

import dev.ripcord.config.DatabaseUrl;
import dev.ripcord.config.Listen;
import dev.ripcord.config.Loaded;
import dev.ripcord.config.Loaded.Invalid;
import dev.ripcord.config.Loaded.Valid;
import dev.ripcord.config.MigrationEnvironment;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.release.Secret;
import dev.ripcord.release.ServiceName;
import dev.ripcord.release.ShellWord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The configuration file: found, read, checked, and turned into {@link Settings}.
 *
 * <p>Everything that is wrong is reported at once, each problem with its line and column. Nothing
 * is corrected and no unknown key is passed over.
 */
public final class ConfigurationFile {
  /** Where it is looked for when no file is named, in this order. */
  public static final List<Path> DEFAULT_PLACES =
      List.of(Path.of("config", "ripcord.yaml"), Path.of("/etc/ripcord/ripcord.yaml"));

  private static final int BYTES_MAX = 64 * 1024 * 1024;
  private static final String SLACK_VARIABLE = "SLACK_WEBHOOK_URL";

  private final Optional<Path> file;
  private final Map<String, String> environment;
  private final Path workingDirectory;
  private final Problems problems = new Problems();

  private ConfigurationFile(
      Optional<Path> file, Map<String, String> environment, Path workingDirectory) {
    this.file = file;
    this.environment = environment;
    this.workingDirectory = workingDirectory;
  }

  /**
   * Reads the configuration. Blocks on the disk: not for an event loop. Throws nothing, whatever
   * the file holds.
   *
   * @param named the file to read; where empty, the first of {@link #DEFAULT_PLACES} that is there;
   *     where none is, everything has its default and there are no services
   * @param environment the environment variables
   * @param workingDirectory what the name of the file is relative to
   */
  public static Loaded load(
      Optional<Path> named, Map<String, String> environment, Path workingDirectory) {
    Optional<Path> file = named.or(() -> find(workingDirectory));
    return new ConfigurationFile(file, environment, workingDirectory.toAbsolutePath()).load();
  }

  /** The JSON Schema (Draft-07) of the file, as maps, lists, texts, numbers and booleans. */
  public static Map<String, Object> schema() {
    return JsonSchema.document();
  }

  /**
   * A commented file to begin with.
   *
   * @param place where it is going to stand, which its relative paths are relative to
   */
  public static String starter(Path place) {
    return ConfigTemplate.text(place);
  }

  /** Settings with the names and forms of the file, for people and JSON; secrets as {@code ***}. */
  public static Map<String, Object> shown(Settings settings) {
    return EffectiveConfig.of(settings);
  }

  private static Optional<Path> find(Path workingDirectory) {
    return DEFAULT_PLACES.stream()
        .filter(place -> Files.exists(workingDirectory.resolve(place)))
        .findFirst();
  }

  private Loaded load() {
    Path folder =
        file.map(workingDirectory::resolve)
            .flatMap(path -> Optional.ofNullable(path.getParent()))
            .orElse(workingDirectory);
    Optional<Node> root =
        file.flatMap(path -> text(workingDirectory.resolve(path)))
            .flatMap(text -> Yaml.read(text, problems));
    ConfigReader reading = new ConfigReader(new Interpolation(environment), folder, problems);
    Node.Entry entry =
        new Node.Entry(
            file.isPresent() ? new Position(1, 1) : Position.NOWHERE,
            root.orElse(Node.Mapping.empty(Position.NOWHERE)));
    Settings settings = settings(Section.of(reading, Keys.TOP, "", entry));
    return problems.isEmpty()
        ? new Valid(settings)
        : new Invalid(file.map(Path::toString), problems.sorted());
  }

  private Settings settings(Section top) {
    Optional<Secret> database = top.secret(Keys.JOURNAL);
    database
        .flatMap(url -> DatabaseUrl.parse(url.reveal()).warning())
        .ifPresent(warning -> problems.warn(top.path(Keys.JOURNAL), warning));
    Optional<Secret> token = top.secret(Keys.TOKEN);
    Listen listen = top.value(Keys.LISTEN, Keys.LISTEN.standard());
    boolean tokenGiven = token.isPresent() || !problems.isFreeOf("token", "token_file");
    if (!listen.isLoopback() && !tokenGiven) {
      problems.add(
          top.at(Keys.LISTEN).orElse(top.at()),
          top.path(Keys.LISTEN),
          listen + " can be reached from other machines; that needs a token or token_file");
    }
    return new Settings(
        file,
        top.resolved(top.value(Keys.DATA).or(() -> Optional.of(Keys.DATA.standard())))
            .orElseThrow(),
        database,
        top.value(Keys.JOURNAL_AWAY, Keys.JOURNAL_AWAY.standard()),
        listen,
        token,
        AlertKeys.read(top, slackOfEnvironment(top)),
        top.value(Keys.RETENTION, Keys.RETENTION.standard()),
        services(top),
        problems.warnings());
  }

  private Optional<Secret> slackOfEnvironment(Section top) {
    String url = environment.getOrDefault(SLACK_VARIABLE, "");
    boolean given =
        top.section(AlertKeys.ALERTS).filter(a -> a.hasSecret(AlertKeys.SLACK)).isPresent();
    if (url.isEmpty() || given) {
      return Optional.empty();
    }
    try {
      return Optional.of(AlertKeys.SLACK.type().parse().apply(url));
    } catch (IllegalArgumentException e) {
      problems.add(Position.NOWHERE, SLACK_VARIABLE, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private SortedMap<ServiceName, ServiceSettings> services(Section top) {
    InheritedSettings common = InheritedSettings.read(top, InheritedSettings.standard());
    MigrationEnvironment database = MigrationEnvironment.of(environment);
    ServiceReader reader = new ServiceReader(top, common, database, problems);
    SortedMap<ServiceName, ServiceSettings> services = new TreeMap<>();
    top.sections(Keys.SERVICES)
        .forEach(
            (name, section) ->
                reader.read(name, section).ifPresent(read -> services.put(read.name(), read)));
    if (services.isEmpty() && file.isPresent()) {
      problems.warn("", "no services: nothing is watched");
    }
    return Collections.unmodifiableSortedMap(services);
  }

  private Optional<String> text(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        refuse("is larger than 64 MiB");
        return Optional.empty();
      }
      return decoded(bytes);
    } catch (NoSuchFileException e) {
      refuse(
          "does not exist; write one with: ripcord config init "
              + ShellWord.of(file.orElseThrow().toString()));
    } catch (AccessDeniedException e) {
      refuse("may not be read by this user");
    } catch (IOException e) {
      refuse(Files.isDirectory(path) ? "is a folder; name the file" : "cannot be read: " + e);
    }
    return Optional.empty();
  }

  private Optional<String> decoded(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    if (StandardCharsets.UTF_8.newDecoder().decode(in, out, true).isUnderflow()) {
      String text = out.flip().toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }
    String good = out.flip().toString();
    int line = (int) good.chars().filter(c -> c == '\n').count() + 1;
    int column = good.length() - good.lastIndexOf('\n');
    problems.add(new Position(line, column), "", "is not UTF-8 text here; save it as UTF-8");
    return Optional.empty();
  }

  private void refuse(String message) {
    problems.add(Position.NOWHERE, "", message);
  }
}
