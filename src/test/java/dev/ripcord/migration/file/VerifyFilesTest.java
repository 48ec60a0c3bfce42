package dev.ripcord.migration.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VerifyFilesTest {
  private static Folder folder(String... checks) {
    List<SourceFile> files = new ArrayList<>();
    for (String label : List.of("01_create_a", "02_scale_down")) {
      files.add(new SourceFile(label + "_up.sql", "SELECT 1;"));
      files.add(new SourceFile(label + "_down.sql", "SELECT 1;"));
    }
    for (String check : checks) {
      files.add(new SourceFile(check, "SELECT true;"));
    }
    return Folder.of(files);
  }

  @ParameterizedTest
  @CsvSource({
    "verify/01_create_a.sql, 0, up",
    "verify/1_rows.sql, 0, up",
    "verify/01_create_a_down.sql, 0, down",
    "verify/01_rows.down.sql, 0, down",
    "verify/01_create_a_rollback.sql, 0, down",
    "verify/02_scale_down.sql, 1, up",
    "verify/02_scale_down_down.sql, 1, down"
  })
  void verifyFile_ofAVersion_belongsToItsUpOrDown(String name, int index, String side) {
    Folder folder = folder(name);

    assertThat(folder.problems()).isEmpty();
    MigrationFile.Checks checks = folder.migrations().get(index).checks();
    assertThat(side.equals("up") ? checks.up() : checks.down())
        .extracting(SourceFile::name)
        .containsExactly(name);
    assertThat(side.equals("up") ? checks.down() : checks.up()).isEmpty();
  }

  @Test
  void verifyFiles_severalOfAVersion_areInTheOrderOfTheirNames() {
    assertThat(folder("verify/01_b.sql", "verify/01_a.sql").migrations().getFirst().checks().up())
        .extracting(SourceFile::name)
        .containsExactly("verify/01_a.sql", "verify/01_b.sql");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          verify/07_rows.sql | SELECT 1;       | verify/07_rows.sql: there is no migration 07
          verify/rows.sql    | SELECT 1;       | verify/rows.sql: the name says no version
          verify/01_a.sql    | -- nothing yet  | verify/01_a.sql: it asks nothing
          verify/01_a.sql    | COMMIT;         | verify/01_a.sql:1:
          verify/01_a.sql    | COPY a TO STDOUT;| verify/01_a.sql:1: a check cannot COPY
          """)
  void verifyFile_thatCannotBeAsked_isAProblemThatNamesIt(String name, String text, String said) {
    List<SourceFile> files =
        List.of(
            new SourceFile("01_create_a_up.sql", "SELECT 1;"),
            new SourceFile("01_create_a_down.sql", "SELECT 1;"),
            new SourceFile(name, text));

    assertThat(Folder.of(files).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.text()).startsWith(said))
        .satisfies(problem -> assertThat(problem.blocking()).isTrue());
  }
}
