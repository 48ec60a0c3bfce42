package dev.ripcord.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.TestPostgres;
import dev.ripcord.port.SchemaException;
import dev.ripcord.release.Secret;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.SslMode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DatabaseTest {
  private static Database of(String url) {
    return Database.of(new Secret(url));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          postgresql://u:p@db.example:6543/shop,          shop at db.example:6543, u
          postgres://u@db.example/shop,                   shop at db.example:5432, u
          postgresql://db.example,                        postgres at db.example:5432, postgres
          postgresql://u%40x:p%2Fw@h/a%20b,               a b at h:5432, u@x
          postgresql://u@[::1]:5433/shop,                 shop at [::1]:5433, u
          postgresql:///shop?host=h&port=1&user=v,        shop at h:1, v
          jdbc:postgresql://h/shop?user=v,                shop at h:5432, v
          postgresql:///,                                 postgres at 127.0.0.1:5432, postgres
          """)
  void of_aUrl_isRead(String url, String label, String user) {
    assertThat(of(url).label()).isEqualTo(label);
    assertThat(of(url).user()).isEqualTo(user);
  }

  /** By the driver's own words, which a newer one may change. */
  @Test
  void explain_noPasswordForAServerThatAsks_saysSo() {
    PgConnectOptions server = TestPostgres.freshDatabase();
    Database database =
        of(
            "postgresql://%s@%s:%d/x"
                .formatted(server.getUser(), server.getHost(), server.getPort()));
    Vertx vertx = Vertx.vertx();
    try {
      Throwable failure =
          PgConnection.connect(vertx, database.options())
              .<Throwable>map(connected -> new AssertionError("it asked for none"))
              .otherwise(database::explain)
              .await();
      assertThat(failure)
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("asks for a password, and none is given");
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void of_aUrl_readsPasswordTlsAndTimeout() {
    Database database =
        of("postgresql://u:a%3Ab+c@h/d?sslmode=verify-full&sslrootcert=/ca.pem&connect_timeout=3");
    assertThat(database.password().map(Secret::reveal)).contains("a:b+c");
    assertThat(database.sslMode()).isEqualTo(SslMode.VERIFY_FULL);
    assertThat(database.rootCertificate()).get().hasToString("/ca.pem");
    assertThat(database.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(of("postgresql://h/d").sslMode()).isEqualTo(SslMode.PREFER);
    assertThat(database.toString()).isEqualTo("d at h:5432");
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          verify-full, HTTPS, false, true
          verify-ca,   '',    false, true
          require,     '',    true,  false
          prefer,      '',    true,  false
          """)
  void options_sslMode_decidesWhatIsVerified(
      String mode, String hostname, boolean trustsAll, boolean trustsSome) {
    ClientSSLOptions tls = of("postgresql://h/d?sslmode=" + mode).options().getSslOptions();
    assertThat(tls.getHostnameVerificationAlgorithm()).isEqualTo(hostname);
    assertThat(tls.isTrustAll()).isEqualTo(trustsAll);
    assertThat(tls.getTrustOptions() != null).isEqualTo(trustsSome);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://u:hunter2@h/d",
        "hunter2",
        "postgresql://u:hunter2@h:port/d",
        "postgresql://u:hunter2@h:70000/d",
        "postgresql://u:hunter2@h/d?sslmode=yes",
        "postgresql://u:hunter2%zz@h/d",
        "postgresql://u:hunter2@a,b/d",
        "postgresql://u:hunter2@/d?host=/var/run"
      })
  void of_whatIsNoUrl_isRefusedWithoutRepeatingIt(String url) {
    assertThatThrownBy(() -> of(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hunter2")
        .hasNoCause();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://u:hunter2@abc@h/d",
        "postgresql://u:abc@hunter2@h/d",
        "postgresql://u:123/hunter2@h/d",
        "postgresql://u:hunter2/abc@h/d",
        "postgresql://u:123?hunter2@h/d",
        "postgresql://u:123?a=hunter2@h/d",
        "postgresql://u:123?hunter2",
        "postgresql://u:123#hunter2@h/d",
        "postgresql://u:hunter2#abc@h/d",
        "postgresql://u:hunter2 abc@h/d",
        "jdbc:postgresql://u:hunter2@abc@h/d"
      })
  void s8_passwordThatIsNotEncoded_isRefusedWithoutAnyPartOfIt(String url) {
    assertThatThrownBy(() -> of(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("*** is not a database URL")
        .hasMessageNotContaining("hunter2")
        .hasMessageNotContaining("abc");
  }

  @Test
  void s12_requireWithAuthorities_verifiesThemAsLibpqDoes() {
    ClientSSLOptions tls =
        of("postgresql://h/d?sslmode=require&sslrootcert=/ca.pem").options().getSslOptions();
    assertThat(tls.isTrustAll()).isFalse();
    assertThat(tls.getTrustOptions()).isNotNull();
    assertThat(tls.getHostnameVerificationAlgorithm()).isEmpty();
  }

  @Test
  void s12_authoritiesOfTheSystem_needTheHostsName() {
    assertThat(of("postgresql://h/d?sslrootcert=system").sslMode()).isEqualTo(SslMode.VERIFY_FULL);
    assertThatThrownBy(() -> of("postgresql://h/d?sslmode=require&sslrootcert=system"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("write verify-full");
  }

  @Test
  void ofEnvironment_urlBeforeDbBeforePostgres() {
    Map<String, String> db =
        Map.of(
            "DB_HOST",
            "h",
            "DB_PORT",
            "1",
            "DB_NAME",
            "d",
            "DB_USER",
            "u",
            "DB_PASSWORD",
            "p",
            "DB_SSLMODE",
            "require",
            "POSTGRES_HOST",
            "x",
            "POSTGRES_DB",
            "y");
    Database found = Database.ofEnvironment(db).orElseThrow();
    assertThat(found.label()).isEqualTo("d at h:1");
    assertThat(found.user()).isEqualTo("u");
    assertThat(found.password()).contains(new Secret("p"));
    assertThat(found.sslMode()).isEqualTo(SslMode.REQUIRE);
    assertThat(
            Database.ofEnvironment(Map.of("POSTGRES_DB", "y", "POSTGRES_HOST", "x", "DB_HOST", "")))
        .map(Database::label)
        .contains("y at x:5432");
    assertThat(
            Database.ofEnvironment(Map.of("DATABASE_URL", "postgresql://a/b", "DB_HOST", "h"))
                .map(Database::label))
        .contains("b at a:5432");
    assertThat(Database.ofEnvironment(Map.of("PGHOST", "x"))).isEqualTo(Optional.empty());
  }
}
