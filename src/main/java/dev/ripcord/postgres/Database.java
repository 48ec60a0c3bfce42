package dev.ripcord.postgres;

import dev.ripcord.config.Listen;
import dev.ripcord.port.ProgramError;
import dev.ripcord.port.SchemaException;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.pgclient.SslMode;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.net.ssl.TrustManagerFactory;

/**
 * Where a PostgreSQL database is and how to log in. Its messages name host, port and database, and
 * never the password.
 *
 * @param host name or address; IPv6 without brackets
 * @param port 1 to 65535
 * @param name the database
 * @param password empty where the server asks for none
 * @param sslMode how TLS is used, as libpq has it
 * @param rootCertificate PEM file of the authorities to trust; empty for those that Java trusts.
 *     With one {@code require} is {@code verify-ca}, as libpq has it
 * @param connectTimeout for the whole of connecting and logging in
 * @param choice what each session is asked for beside that
 */
public record Database(
    String host,
    int port,
    String name,
    String user,
    Optional<Secret> password,
    SslMode sslMode,
    Optional<Path> rootCertificate,
    Duration connectTimeout,
    SessionOptions choice) {
  /** The {@code application_name} of Ripcord's sessions. */
  public static final String APPLICATION = "ripcord";

  /** What the PostgreSQL client sends at connecting, which would outweigh database and role. */
  private static final Set<String> OF_THE_CLIENT = Set.of("DateStyle", "extra_float_digits");

  static final int DEFAULT_PORT = 5432;
  static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** One of whose sessions nothing is asked beside place and login. */
  public Database(
      String host,
      int port,
      String name,
      String user,
      Optional<Secret> password,
      SslMode sslMode,
      Optional<Path> rootCertificate,
      Duration connectTimeout) {
    this(
        host,
        port,
        name,
        user,
        password,
        sslMode,
        rootCertificate,
        connectTimeout,
        SessionOptions.NONE);
  }

  /**
   * Reads a {@code postgresql://user:password@host:port/name?sslmode=…} URL.
   *
   * @throws IllegalArgumentException when it is none; the message does not repeat the URL
   */
  public static Database of(Secret url) {
    return DatabaseUrl.parse(url.reveal());
  }

  /**
   * What the environment says: {@code DATABASE_URL}, else {@code DB_HOST} and its kind, else {@code
   * POSTGRES_HOST} and its kind; empty when it says nothing.
   *
   * @throws IllegalArgumentException when what it says makes no sense
   */
  public static Optional<Database> ofEnvironment(Map<String, String> environment) {
    return DatabaseEnvironment.read(environment);
  }

  /** Which database, for people: {@code shop at 127.0.0.1:5432}. */
  public String label() {
    return name + " at " + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** Whether it is on another machine, and only luck decides whether what is sent is encrypted. */
  public boolean mayBeUnencrypted() {
    boolean isLeftOpen = sslMode == SslMode.PREFER || sslMode == SslMode.ALLOW;
    return isLeftOpen && !host.startsWith("/") && !new Listen(host, port).isLoopback();
  }

  /** Another database of the same server. */
  public Database named(String other) {
    return new Database(
        host, port, other, user, password, sslMode, rootCertificate, connectTimeout, choice);
  }

  /**
   * The same for one who must write although the database's settings say that sessions only read.
   */
  public Database writing() {
    String writes = "-c default_transaction_read_only=off";
    SessionOptions open =
        new SessionOptions(
            Optional.of(choice.options().map(own -> own + " " + writes).orElse(writes)),
            choice.application(),
            choice.certificate(),
            choice.key());
    return new Database(
        host, port, name, user, password, sslMode, rootCertificate, connectTimeout, open);
  }

  public PgConnectOptions options() {
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost(host)
            .setPort(port)
            .setDatabase(name)
            .setUser(user)
            .setPassword(password.map(Secret::reveal).orElse(""))
            .setSslMode(sslMode);
    options.addProperty("application_name", choice.named(APPLICATION));
    choice.options().ifPresent(arguments -> options.addProperty("options", arguments));
    if (sslMode != SslMode.DISABLE) {
      options.setSslOptions(tls());
    }
    return options;
  }

  /**
   * The same for a session that runs what the team has written: the client sets nothing that the
   * database, the role or the URL may say, as dates are written and read by what they say then. Not
   * for what Ripcord asks of its own, which counts on ISO dates.
   */
  PgConnectOptions plainOptions() {
    PgConnectOptions options = options();
    Map<String, String> properties = new HashMap<>(options.getProperties());
    OF_THE_CLIENT.forEach(properties::remove);
    return options.setProperties(properties);
  }

  private ClientSSLOptions tls() {
    ClientSSLOptions tls = new ClientSSLOptions();
    boolean verifies =
        sslMode == SslMode.VERIFY_CA
            || sslMode == SslMode.VERIFY_FULL
            // As libpq: who names the authorities wants them to be asked.
            || (sslMode == SslMode.REQUIRE && rootCertificate.isPresent());
    choice
        .certificate()
        .ifPresent(
            file ->
                tls.setKeyCertOptions(
                    new PemKeyCertOptions()
                        .addCertPath(file.toString())
                        .addKeyPath(choice.key().orElseThrow().toString())));
    tls.setTrustAll(!verifies);
    tls.setHostnameVerificationAlgorithm(sslMode == SslMode.VERIFY_FULL ? "HTTPS" : "");
    if (verifies) {
      tls.setTrustOptions(
          rootCertificate
              .<TrustOptions>map(file -> new PemTrustOptions().addCertPath(file.toString()))
              .orElseGet(Database::trustedByJava));
    }
    return tls;
  }

  private static TrustOptions trustedByJava() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      return TrustOptions.wrap(factory.getTrustManagers()[0]);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java trusts some authorities", e);
    }
  }

  /** A failure in words that name this database; one that is no failure of it is left as it is. */
  public Throwable explain(Throwable failure) {
    return switch (failure) {
      case SchemaException explained -> explained;
      case Error own ->
          new SchemaException(
              "database "
                  + label()
                  + ": broken off, since "
                  + ProgramError.why(own)
                  + ". What was not committed is undone",
              own);
      case PgException going when LostConnection.is(going) ->
          SchemaException.unanswered("database " + label() + ": " + going.getErrorMessage());
      case PgException mixedUp when Pooler.isSeenIn(mixedUp) ->
          new SchemaException(Pooler.refused(this) + ". " + Pooler.NEXT, mixedUp);
      case PgException refused ->
          new SchemaException(
              "database " + label() + ": " + ServerMessage.withoutRows(refused), refused);
      case IllegalArgumentException asked when NetworkFailure.isNoPassword(asked) ->
          new SchemaException("database " + label() + ": " + NetworkFailure.words(asked), asked);
      case RuntimeException mistake when !(mistake instanceof VertxException) -> mistake;
      default ->
          SchemaException.unanswered("cannot reach database " + label() + ": " + words(failure));
    };
  }

  /**
   * Does something with this database that blocks, on a virtual thread of its own, outside of any
   * Vert.x context. What goes wrong is described in words that name the database.
   *
   * @param name the thread's, for who looks at a dump
   */
  public <T> Future<T> onThread(String name, Callable<T> body) {
    Promise<T> promise = Promise.promise();
    Thread.ofVirtual()
        .name(name)
        .start(
            () -> {
              try {
                promise.complete(body.call());
              } catch (Throwable failure) {
                promise.fail(explain(failure));
              }
            });
    return promise.future();
  }

  private String words(Throwable failure) {
    String lower = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (lower.contains("handshake")) {
      return "the TLS handshake failed; with sslmode="
          + sslMode.value
          + " the server's certificate must be signed by a trusted authority (sslrootcert), and for"
          + " verify-full name the host";
    }
    if (lower.contains("does not handle ssl")) {
      return "the server offers no TLS, which sslmode=" + sslMode.value + " asks for";
    }
    return NetworkFailure.words(failure);
  }

  @Override
  public String toString() {
    return label();
  }
}
