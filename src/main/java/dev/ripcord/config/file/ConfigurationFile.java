package dev.ripcord.config.file;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.AccessSettings.NamedToken;
import dev.ripcord.config.AccessSettings.Reading;
import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.config.AccessSettings.Tls;
import dev.ripcord.config.DatabaseUrl;
import dev.ripcord.config.Listen;
import dev.ripcord.config.Loaded;
import dev.ripcord.config.Loaded.Invalid;
import dev.ripcord.config.Loaded.Valid;
import dev.ripcord.config.MigrationEnvironment;
import dev.ripcord.config.Quoted;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.config.file.Key.Value;
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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
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
  private static final String TOKEN_VARIABLE = "RIPCORD_TOKEN";

  private final Optional<Path> file;
  private final Map<String, String> environment;
  private final Path workingDirectory;
  private final Problems problems = new Problems();
  private final Map<Path, String> digests = new HashMap<>();

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
    return read(named, environment, workingDirectory).loaded();
  }

  /**
   * What was read.
   *
   * @param loaded what came of it
   * @param digests the files that it was read from, those that a secret stands in too, each with
   *     the {@link #digest} of what stood in it then
   */
  public record Read(Loaded loaded, Map<Path, String> digests) {
    public Read {
      digests = Map.copyOf(digests);
    }
  }

  /** As {@link #load}, with the files that it was read from. */
  public static Read read(
      Optional<Path> named, Map<String, String> environment, Path workingDirectory) {
    Optional<Path> file = named.or(() -> find(workingDirectory));
    ConfigurationFile reading =
        new ConfigurationFile(file, environment, workingDirectory.toAbsolutePath());
    return new Read(reading.load(), reading.digests);
  }

  /**
   * What stands in a file, as a short text that is another one for other content; empty for one
   * that is not there, cannot be read, or is no regular file. Blocks on the disk.
   */
  public static String digest(Path file) {
    if (!Files.isRegularFile(file)) {
      return "";
    }
    try (InputStream in = Files.newInputStream(file)) {
      return digest(in.readNBytes(BYTES_MAX + 1));
    } catch (IOException e) {
      return "";
    }
  }

  static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
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
    ConfigReader reading =
        new ConfigReader(new Interpolation(environment), folder, problems, digests);
    Node.Entry entry =
        new Node.Entry(
            file.isPresent() ? new Node.Position(1, 1) : Node.Position.NOWHERE,
            root.orElse(Node.Mapping.empty(Node.Position.NOWHERE)));
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
    Listen listen = top.value(Keys.LISTEN, Keys.LISTEN.standard());
    AccessSettings access = access(top);
    boolean tokenGiven =
        access.hasTokens() || top.has(Keys.TOKENS) || !problems.isFreeOf("token", "token_file");
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
        access,
        AlertKeys.read(top, slackOfEnvironment(top)),
        top.value(Keys.RETENTION, Keys.RETENTION.standard()),
        services(top),
        problems.warnings());
  }

  private AccessSettings access(Section top) {
    Optional<Secret> token = top.secret(Keys.TOKEN);
    Reading reading = top.value(Keys.READING, Keys.READING.standard());
    List<NamedToken> tokens = new ArrayList<>();
    Map<String, String> names = new HashMap<>();
    Map<Secret, String> secrets = new HashMap<>();
    token.ifPresent(
        it -> {
          names.put(AccessSettings.UNNAMED, Keys.TOKEN.name());
          secrets.put(it, Keys.TOKEN.name());
        });
    for (Section each : top.items(Keys.TOKENS)) {
      token(each, names, secrets).ifPresent(tokens::add);
    }
    boolean given =
        token.isPresent() || top.has(Keys.TOKENS) || !problems.isFreeOf("token", "token_file");
    if (reading == Reading.TOKEN && !given) {
      problems.add(
          top.at(Keys.READING).orElse(top.at()),
          top.path(Keys.READING),
          "nobody could read: there is no token; write token or tokens");
    }
    String own = environment.getOrDefault(TOKEN_VARIABLE, "");
    return new AccessSettings(
        token, tokens, reading, tls(top), own.isEmpty() ? token : Optional.of(new Secret(own)));
  }

  private Optional<NamedToken> token(
      Section section, Map<String, String> names, Map<Secret, String> secrets) {
    Optional<String> name = section.required(Keys.TOKEN_NAME);
    Optional<Role> role = section.required(Keys.TOKEN_ROLE);
    if (!section.hasSecret(Keys.TOKEN_SECRET)) {
      section.problem("needs a token, or a token_file such as /run/secrets/ann");
    }
    Optional<Secret> secret = section.secret(Keys.TOKEN_SECRET);
    boolean isSaid = !problems.isFreeOf(section.path() + ".token", section.path() + ".token_file");
    if (secret.isEmpty() && !isSaid && section.hasSecret(Keys.TOKEN_SECRET)) {
      section.problem("has an empty token; is its variable set?");
    }
    name.flatMap(it -> Optional.ofNullable(names.putIfAbsent(it, section.path())))
        .ifPresent(
            other ->
                section.problem(
                    "has the name " + Quoted.of(name.orElse("")) + " of " + other + " too"));
    secret
        .flatMap(it -> Optional.ofNullable(secrets.putIfAbsent(it, section.path())))
        .ifPresent(other -> section.problem("has the same token as " + other));
    return name.isPresent() && role.isPresent() && secret.isPresent()
        ? Optional.of(new NamedToken(name.get(), role.get(), secret.get()))
        : Optional.empty();
  }

  private Optional<Tls> tls(Section top) {
    Optional<Section> section = top.section(Keys.TLS);
    if (section.isEmpty()) {
      return Optional.empty();
    }
    Section tls = section.get();
    Optional<Path> cert = readable(tls, Keys.TLS_CERT);
    Optional<Path> key = readable(tls, Keys.TLS_KEY);
    return cert.isPresent() && key.isPresent()
        ? Optional.of(new Tls(cert.get(), key.get()))
        : Optional.empty();
  }

  /** A file that must be there. */
  private Optional<Path> readable(Section section, Value<Path> key) {
    Optional<Path> file = section.resolved(section.required(key));
    file.filter(path -> !Files.isRegularFile(path) || !Files.isReadable(path))
        .ifPresent(
            path ->
                problems.add(
                    section.at(key).orElse(section.at()),
                    section.path(key),
                    "the file "
                        + Quoted.of(path.toString())
                        + (Files.exists(path)
                            ? " is not a file that this user may read"
                            : " does not exist")));
    return file;
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
      problems.add(Node.Position.NOWHERE, SLACK_VARIABLE, String.valueOf(e.getMessage()));
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
    digests.put(path, "");
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (Files.isRegularFile(path)) {
        digests.put(path, digest(bytes));
      }
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
    problems.add(new Node.Position(line, column), "", "is not UTF-8 text here; save it as UTF-8");
    return Optional.empty();
  }

  private void refuse(String message) {
    problems.add(Node.Position.NOWHERE, "", message);
  }
}
