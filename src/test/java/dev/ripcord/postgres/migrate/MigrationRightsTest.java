package dev.ripcord.postgres.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ripcord.migration.file.Folder;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.release.Secret;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases that let not everybody in, or not everything be done. */
final class MigrationRightsTest {
  private static final Folder ONE =
      MigrationBench.folder("01_a", "CREATE TABLE a (id int);", "DROP TABLE a;");

  @TempDir private Path folder;

  @Test
  void up_aRoleWithoutRights_isToldWhatItLacksAndChangesNothing() throws IOException {
    try (MigrationBench bench = MigrationBench.started()) {
      Database owned = bench.fresh();
      bench.run(owned, "CREATE ROLE poor LOGIN");
      Database poor =
          Database.of(
              new Secret("postgresql://poor@127.0.0.1:" + owned.port() + "/" + owned.name()));
      assertThatThrownBy(() -> bench.up(poor, ONE))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("permission denied for database " + owned.name());
      assertThat(bench.ask(owned, "SELECT to_regnamespace('ripcord') IS NULL")).isEqualTo("true");
      bench.run(owned, "GRANT CREATE ON DATABASE " + owned.name() + " TO poor");
      bench.run(owned, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
      assertThat(((MigrationOutcome.Failed) bench.up(poor, ONE)).message())
          .startsWith("01_a_up.sql:1:14  permission denied for schema public")
          .contains("The database is as before this file.");
      bench.run(owned, "GRANT CREATE ON SCHEMA public TO poor");
      assertThat(bench.up(poor, ONE)).isInstanceOf(MigrationOutcome.Done.class);
    }
  }

  @Test
  void up_verifyFull_isRefusedWithoutTlsOrWithAStrangersCertificateAndDoneWithTheRightOne()
      throws IOException {
    Path openssl = Path.of("/usr/bin/openssl");
    assumeTrue(Files.isExecutable(openssl), "openssl is not installed, which makes a certificate");
    try (MigrationBench bench = MigrationBench.started()) {
      Database plain = bench.fresh();
      assertThatThrownBy(() -> bench.up(secure(plain.port(), plain.name(), ""), ONE))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("the server offers no TLS, which sslmode=verify-full asks for");
    }
    Path key = folder.resolve("key.pem");
    Path certificate = certificate(openssl, key, "localhost");
    try (EmbeddedPostgres server =
            EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
        MigrationBench bench = MigrationBench.started()) {
      Database open =
          Database.of(
              new Secret("postgresql://postgres@127.0.0.1:" + server.getPort() + "/postgres"));
      String data = bench.ask(open, "SHOW data_directory");
      bench.run(
          open,
          "COPY (SELECT unnest(string_to_array('"
              + text(certificate)
              + "', '\n'))) TO '"
              + data
              + "/server.crt'",
          "COPY (SELECT unnest(string_to_array('"
              + text(key)
              + "', '\n'))) TO '"
              + data
              + "/server.key'",
          "COPY (SELECT '') TO PROGRAM 'chmod 600 ''" + data + "/server.key'''",
          "ALTER SYSTEM SET ssl = on",
          "SELECT pg_reload_conf()");
      bench.until(open, "SELECT current_setting('ssl')::bool");
      assertThatThrownBy(() -> bench.up(secure(server.getPort(), "postgres", ""), ONE))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("the TLS handshake failed; with sslmode=verify-full");
      String trusted = "&sslrootcert=" + certificate;
      Database byAddress =
          Database.of(
              new Secret(
                  "postgresql://postgres@127.0.0.1:"
                      + server.getPort()
                      + "/postgres?sslmode=verify-full"
                      + trusted));
      assertThatThrownBy(() -> bench.up(byAddress, ONE)).isInstanceOf(SchemaException.class);
      assertThat(bench.ask(open, "SELECT to_regnamespace('ripcord') IS NULL")).isEqualTo("true");
      assertThat(bench.up(secure(server.getPort(), "postgres", trusted), ONE))
          .isInstanceOf(MigrationOutcome.Done.class);
    }
  }

  private static Database secure(int port, String name, String more) {
    return Database.of(
        new Secret(
            "postgresql://postgres@localhost:"
                + port
                + "/"
                + name
                + "?sslmode=verify-full"
                + more));
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file).strip();
  }

  private Path certificate(Path openssl, Path key, String host) throws IOException {
    Path certificate = folder.resolve("certificate.pem");
    Process made =
        new ProcessBuilder(
                List.of(
                    openssl.toString(),
                    "req",
                    "-x509",
                    "-newkey",
                    "rsa:2048",
                    "-nodes",
                    "-days",
                    "2",
                    "-subj",
                    "/CN=" + host,
                    "-addext",
                    "subjectAltName=DNS:" + host,
                    "-keyout",
                    key.toString(),
                    "-out",
                    certificate.toString()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("openssl.log").toFile())
            .start();
    assertThat(made.onExit().join().exitValue()).isZero();
    return certificate;
  }
}
