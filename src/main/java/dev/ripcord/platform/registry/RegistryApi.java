package dev.ripcord.platform.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.port.PlatformException;
import dev.ripcord.release.Printable;
import dev.ripcord.vertx.HttpExchange;
import dev.ripcord.vertx.HttpExchange.Answer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The manifests of one repository, by the Registry HTTP API (OCI Distribution Specification): lists
 * of several platforms as well as single images, byte for byte. The account is that of Docker's own
 * configuration.
 */
final class RegistryApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BYTES_MAX = 4 * 1024 * 1024;
  private static final int SAID_MAX = 200;
  private static final String ALL =
      "application/vnd.oci.image.index.v1+json,"
          + " application/vnd.docker.distribution.manifest.list.v2+json,"
          + " application/vnd.oci.image.manifest.v1+json,"
          + " application/vnd.docker.distribution.manifest.v2+json";
  private static final Pattern FIELD = Pattern.compile("(realm|service|scope)=\"([^\"]*)\"");

  private final Vertx vertx;
  private final HttpClient http;
  private final RepositoryName repository;
  private final String scheme;
  private final Duration deadline;
  private final Path dockerConfig;
  private Optional<String> authorization = Optional.empty();

  /**
   * Asks nothing yet.
   *
   * @param insecure whether it is spoken to without TLS
   * @param dockerConfig Docker's own configuration, which may hold an account
   */
  RegistryApi(
      Vertx vertx,
      HttpClient http,
      RepositoryName repository,
      boolean insecure,
      Duration deadline,
      Path dockerConfig) {
    this.vertx = vertx;
    this.http = http;
    this.repository = repository;
    this.scheme = insecure ? "http" : "https";
    this.deadline = deadline;
    this.dockerConfig = dockerConfig;
  }

  /**
   * A manifest as it lies there.
   *
   * @param digest of its bytes, {@code sha256:…}
   */
  record Manifest(String digest, String type, Buffer bytes) {}

  /** The manifest of a tag or digest; empty where there is none. */
  Future<Optional<Manifest>> manifest(String reference) {
    return call(HttpMethod.GET, reference, Optional.empty())
        .map(
            answer ->
                answer.status() == 404
                    ? Optional.empty()
                    : Optional.of(manifest(reference, settled(reference, answer))));
  }

  private Manifest manifest(String reference, Answer answer) {
    String digest = digest(answer.body());
    String said = answer.headers().get("Docker-Content-Digest");
    boolean asked = !reference.startsWith("sha256:") || reference.equals(digest);
    if (!asked || (said != null && said.startsWith("sha256:") && !said.equals(digest))) {
      throw PlatformException.unanswered(
          "the manifest " + where(reference) + " did not arrive whole: its digest is " + digest);
    }
    String type = answer.headers().get("Content-Type");
    return new Manifest(digest, type == null ? "" : type, answer.body());
  }

  /** Moves a tag to a manifest. */
  Future<Void> put(String tag, Manifest manifest) {
    return call(HttpMethod.PUT, tag, Optional.of(manifest))
        .map(answer -> settled(tag, answer))
        .mapEmpty();
  }

  private Future<Answer> call(HttpMethod method, String reference, Optional<Manifest> sent) {
    return once(method, reference, sent)
        .compose(
            answer ->
                answer.status() == 401
                    ? login(answer).compose(granted -> once(method, reference, sent))
                    : Future.succeededFuture(answer));
  }

  private Future<Answer> once(HttpMethod method, String reference, Optional<Manifest> sent) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setAbsoluteURI(
                scheme
                    + "://"
                    + repository.host()
                    + "/v2/"
                    + repository.path()
                    + "/manifests/"
                    + reference);
    options.putHeader("Accept", ALL).putHeader("User-Agent", "ripcord");
    authorization.ifPresent(account -> options.putHeader("Authorization", account));
    sent.ifPresent(each -> options.putHeader("Content-Type", each.type()));
    return exchange(options, sent.map(Manifest::bytes));
  }

  private Future<Answer> exchange(RequestOptions options, Optional<Buffer> body) {
    return HttpExchange.send(vertx, http, options, body, deadline, BYTES_MAX)
        .recover(
            failure ->
                Future.failedFuture(
                    PlatformException.unanswered(
                        "registry "
                            + repository.host()
                            + " gave no answer: "
                            + failure.getMessage())));
  }

  /** Gets what the registry asks for: a token, or the account itself. */
  private Future<Void> login(Answer refused) {
    String wanted = String.valueOf(refused.headers().get("WWW-Authenticate"));
    return vertx
        .executeBlocking(this::account, false)
        .compose(
            account -> {
              if (!wanted.regionMatches(true, 0, "Bearer", 0, 6)) {
                authorization = account.map(each -> "Basic " + each);
                return Future.succeededFuture();
              }
              return token(wanted, account);
            });
  }

  private Future<Void> token(String wanted, Optional<String> account) {
    String realm = "";
    StringBuilder query = new StringBuilder();
    boolean scoped = false;
    Matcher field = FIELD.matcher(wanted);
    while (field.find()) {
      if (field.group(1).equals("realm")) {
        realm = field.group(2);
      } else {
        scoped |= field.group(1).equals("scope");
        query.append('&').append(field.group(1)).append('=').append(encoded(field.group(2)));
      }
    }
    if (!scoped) {
      query.append("&scope=").append(encoded("repository:" + repository.path() + ":pull,push"));
    }
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setAbsoluteURI(realm + (realm.contains("?") ? "&" : "?") + query.substring(1));
    account.ifPresent(each -> options.putHeader("Authorization", "Basic " + each));
    return exchange(options, Optional.empty())
        .map(RegistryApi::json)
        .onSuccess(
            token -> {
              String text = token.path("token").asText(token.path("access_token").asText());
              authorization = text.isEmpty() ? Optional.empty() : Optional.of("Bearer " + text);
            })
        .mapEmpty();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** User and password as Docker keeps them, in Base64; empty where it has none for this host. */
  private Optional<String> account() {
    if (!Files.isReadable(dockerConfig)) {
      return Optional.empty();
    }
    try {
      JsonNode accounts = JSON.readTree(dockerConfig.toFile()).path("auths");
      String other = accounts.path("https://" + repository.host()).path("auth").asText();
      String auth = accounts.path(repository.accountKey()).path("auth").asText(other);
      return auth.isEmpty() ? Optional.empty() : Optional.of(auth);
    } catch (IOException e) {
      throw new PlatformException(dockerConfig + " cannot be read as JSON", e);
    }
  }

  private static JsonNode json(Answer answer) {
    try {
      return JSON.readTree(answer.body().getBytes());
    } catch (IOException e) {
      throw new PlatformException("the registry's token service answered no JSON", e);
    }
  }

  private Answer settled(String reference, Answer answer) {
    int status = answer.status();
    if (status >= 200 && status < 300) {
      return answer;
    }
    String said = Printable.of(answer.body().toString(StandardCharsets.UTF_8)).strip();
    String text =
        where(reference)
            + ": the registry answered "
            + status
            + (status == 401 || status == 403
                ? "; its account comes from " + dockerConfig + " (docker login)"
                : said.isEmpty()
                    ? ""
                    : ": " + said.substring(0, Math.min(SAID_MAX, said.length())));
    throw status == 429 || status >= 500
        ? PlatformException.unanswered(text)
        : new PlatformException(text);
  }

  private String where(String reference) {
    return repository.host()
        + "/"
        + repository.path()
        + (reference.startsWith("sha256:") ? "@" : ":")
        + reference;
  }

  private static String digest(Buffer bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes.getBytes());
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
