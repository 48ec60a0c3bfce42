package dev.ripcord.postgres.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.postgres.Database;
import dev.ripcord.release.Secret;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** PostgreSQL's programs meet the database that is named. */
final class ClientProgramTest {
  @Test
  void b6_whatTheEnvironmentSaysToLibpq_isTakenAway() {
    Map<String, String> environment = new HashMap<>();
    for (String name :
        new String[] {
          "PGSERVICE",
          "PGSERVICEFILE",
          "PGHOSTADDR",
          "PGOPTIONS",
          "PGTARGETSESSIONATTRS",
          "PGSSLROOTCERT",
          "PGSSLCERT",
          "PGDATESTYLE",
          "PGTZ",
          "PGCLIENTENCODING",
          "PGSYSCONFDIR",
          "PGPASSFILE",
          "PGPASSWORD",
          "PGLOADBALANCEHOSTS"
        }) {
      environment.put(name, "elsewhere");
    }
    environment.put("PATH", "/bin");

    ClientProgram.environment(
        Database.of(
            new Secret("postgresql://u@h:1/d?options=-c%20geqo%3Doff&sslcert=/c&sslkey=/k")),
        environment);

    assertThat(environment)
        .doesNotContainValue("elsewhere")
        .containsEntry("PATH", "/bin")
        .containsEntry("PGDATABASE", "d")
        .containsEntry("PGOPTIONS", "-c geqo=off")
        .containsEntry("PGSSLCERT", "/c")
        .containsEntry("PGSSLKEY", "/k");
  }

  @Test
  void b30_nameAsAnArgument_isNotReadAsMore() {
    Database odd = Database.of(new Secret("postgresql://h/a%3Db%27%5C"));
    assertThat(new ClientProgram(odd).databaseArgument()).isEqualTo("--dbname=dbname='a=b\\'\\\\'");
  }
}
