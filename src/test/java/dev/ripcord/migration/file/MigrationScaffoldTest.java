package dev.ripcord.migration.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.migration.Kind;
import dev.ripcord.migration.Tool;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MigrationScaffoldTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static List<String> names(String files) {
    return files.isBlank() ? List.of() : List.of(files.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
                                                                  | Add customer e-mail!  | 01_add_customer_e_mail_up.sql          | SCHEMA_ADD
          01_a_up.sql 01_a_down.sql                               | remove x              | 02_remove_x_up.sql                     | FIELD_REMOVE
          08_a_up.sql 08_a_down.sql 09_b_up.sql README.md         | split name            | 10_split_name_up.sql                   | SCHEMA_MODIFY
          99_a_up.sql 99_a_down.sql                               | b                     | 100_b_up.sql                           | SCHEMA_MODIFY
          001_a.sql 001_a_rollback.sql                            | drop x                | 002_drop_x.sql                         | FIELD_REMOVE
          1_a.up.sql 1_a.down.sql                                 | create x              | 2_create_x.up.sql                      | SCHEMA_ADD
          20250101000000_a.up.sql 20250101000000_a.down.sql       | add x                 | 20260102030405_add_x.up.sql            | SCHEMA_ADD
          20260102030405_a.up.sql 20260102030405_a.down.sql       | add x                 | 20260102030406_add_x.up.sql            | SCHEMA_ADD
          01_a_up.sql 01_a_down.sql 07_lonely_down.sql            | add x                 | 08_add_x_up.sql                        | SCHEMA_ADD
          """)
  void of_aFolder_goesOnWithIt(String files, String message, String up, Kind kind) {
    MigrationScaffold draft = MigrationScaffold.of(names(files == null ? "" : files), message, NOW);
    assertThat(draft.up().name()).isEqualTo(up);
    assertThat(draft.kind()).isEqualTo(kind);
  }

  @Test
  void of_everyLayout_isReadBackAndNotAppliedBeforeItsDownIsWritten() {
    for (Layout layout : Layout.DETECTED) {
      List<String> have = List.of(layout.fileName("1_a", false), layout.fileName("1_a", true));
      MigrationScaffold draft = MigrationScaffold.of(have, "add x up", NOW);
      Folder folder = Folder.of(draft.files());
      assertThat(folder.layout()).contains(layout);
      assertThat(folder.migrations().getFirst().label()).isEqualTo("2_add_x_up");
      assertThat(folder.migrations().getFirst().description()).isEqualTo("add x up");
      assertThat(folder.problems())
          .singleElement()
          .matches(problem -> problem.text().contains("undoes nothing"));
      Folder filled =
          Folder.of(
              Stream.of(
                      new SourceFile(draft.up().name(), draft.up().text() + "CREATE TABLE x ();"),
                      new SourceFile(draft.down().name(), draft.down().text() + "DROP TABLE x;"))
                  .toList());
      assertThat(filled.problems()).isEmpty();
      assertThat(filled.migrations().getFirst().header().irreversible()).isEmpty();
    }
  }

  @Test
  void of_anEmptyFolderOfATool_beginsWithItsNames() {
    assertThat(MigrationScaffold.of(List.of(), Tool.SQLX, "add x", NOW).down().name())
        .isEqualTo("01_add_x.down.sql");
    assertThat(MigrationScaffold.of(List.of(), Tool.GOLANG_MIGRATE, "add x", NOW).up().name())
        .isEqualTo("01_add_x.up.sql");
  }

  @Test
  void of_aMessageThatGivesNoName_isRefused() {
    assertThatThrownBy(() -> MigrationScaffold.of(List.of(), " !? ", NOW))
        .hasMessageContaining("gives no name");
    assertThatThrownBy(() -> MigrationScaffold.of(List.of(), "x".repeat(81), NOW))
        .hasMessageContaining("81 characters");
    assertThatThrownBy(
            () -> MigrationScaffold.of(List.of("1_a.sql", "1_a_rollback.sql"), "a rollback", NOW))
        .hasMessageContaining("is a down file");
  }
}
