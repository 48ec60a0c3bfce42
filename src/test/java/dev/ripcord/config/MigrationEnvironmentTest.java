package dev.ripcord.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.release.Secret;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigrationEnvironmentTest {
  private static MigrationEnvironment of(String variables) {
    Map<String, String> environment =
        Arrays.stream(variables.split(" ", -1))
            .filter(each -> each.contains("="))
            .map(each -> each.split("=", 2))
            .collect(Collectors.toMap(each -> each[0], each -> each[1]));
    return MigrationEnvironment.of(environment);
  }

  @ParameterizedTest
  @CsvSource({
    "DATABASE_URL=postgres://u:p@h/n DB_HOST=other, postgres://u:p@h/n",
    "DB_HOST=h, postgresql://postgres@h:5432/postgres",
    "DB_NAME=n, postgresql://postgres@localhost:5432/n",
    "DB_HOST=h DB_PORT=6000 DB_NAME=n DB_USER=u DB_PASSWORD=p DB_SSLMODE=require,"
        + " postgresql://u:p@h:6000/n?sslmode=require",
    "DB_HOST=h DB_USER=a@b DB_PASSWORD=p/%:?#+,"
        + " postgresql://a%40b:p%2F%25%3A%3F%23%2B@h:5432/a%40b",
    "DB_HOST=::1 DB_NAME=n, postgresql://postgres@[::1]:5432/n",
    "POSTGRES_HOST=h POSTGRES_PORT=6000 POSTGRES_DB=n POSTGRES_USER=u POSTGRES_PASSWORD=p,"
        + " postgresql://u:p@h:6000/n",
    "POSTGRES_DB=n, postgresql://postgres@localhost:5432/n",
    "DB_HOST=h POSTGRES_HOST=other, postgresql://postgres@h:5432/postgres"
  })
  void variables_read_giveTheUrl(String variables, String url) {
    assertThat(of(variables).database()).contains(new Secret(url));
    assertThat(of(variables).problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"''", "DB_PASSWORD=p", "POSTGRES_PASSWORD=p", "DATABASE_URL=", "DB_HOST= DB_NAME="})
  void noHostAndNoName_read_giveNothing(String variables) {
    assertThat(of(variables).database()).isEmpty();
    assertThat(of(variables).problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "DATABASE_URL=mysql://root:hunter2@h/n DB_HOST=h, DATABASE_URL",
    "DB_HOST=h DB_PORT=x DB_PASSWORD=hunter2, DB_PORT",
    "DB_HOST=h DB_PORT=99999, DB_PORT",
    "DB_HOST=a/b, DB_HOST",
    "DB_HOST=h DB_SSLMODE=on, DB_SSLMODE",
    "POSTGRES_DB=n POSTGRES_PORT=-1, POSTGRES_PORT",
    "RUN_MIGRATIONS=perhaps, RUN_MIGRATIONS"
  })
  void badVariable_read_isAProblemUnderItsName(String variables, String name) {
    MigrationEnvironment environment = of(variables);

    assertThat(environment.database()).isEmpty();
    assertThat(environment.problems()).extracting(Problem::path).containsExactly(name);
    assertThat(environment.problems().toString()).doesNotContain("hunter2");
  }

  @Test
  void runMigrations_read_isOffUnlessTrue() {
    assertThat(of("").atStart()).isFalse();
    assertThat(of("RUN_MIGRATIONS=false").atStart()).isFalse();
    assertThat(of("RUN_MIGRATIONS=true").atStart()).isTrue();
    assertThat(of("RUN_MIGRATIONS=TRUE").atStart()).isTrue();
  }
}
