package dev.ripcord.postgres.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.postgres.MigrationBench;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProofPrecheckTest {
  private static MigrationFile file(String up) {
    return MigrationBench.folder("01_case", up, "SELECT 1;").migrations().getFirst();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE SERVER s FOREIGN DATA WRAPPER w;",
        "CREATE USER MAPPING FOR PUBLIC SERVER s;",
        "ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (SET password 'x');",
        "CREATE FOREIGN DATA WRAPPER w HANDLER h;",
        "DO $$ BEGIN CREATE EXTENSION postgres_fdw; END $$;"
      })
  void kind2_newWayToAForeignServer_isTriedOnlyWhereItLeadsNowhere(String up) {
    assertThat(ProofPrecheck.ofTheTrial(file(up), true)).isEmpty();
    assertThat(ProofPrecheck.ofTheTrial(file(up), false).orElseThrow())
        .isEqualTo(
            "01_case_up.sql:1: was not tried, since it makes a way to a foreign server, which this"
                + " role cannot close in a shadow");
  }
}
