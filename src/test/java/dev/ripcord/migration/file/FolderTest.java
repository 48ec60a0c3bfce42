package dev.ripcord.migration.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.Kind;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.selection.Histories;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FolderTest {
  private static Folder of(String... names) {
    return Folder.of(
        Stream.of(names)
            .map(n -> new SourceFile(n, n.endsWith(".sql") ? "select 1;" : "no SQL"))
            .toList());
  }

  private static Folder texts(Map<String, String> files) {
    return Folder.of(
        new TreeMap<>(files)
            .entrySet().stream().map(e -> new SourceFile(e.getKey(), e.getValue())).toList());
  }

  private static List<String> blocking(Folder folder) {
    return folder.problems().stream()
        .filter(FolderProblem::blocking)
        .map(FolderProblem::text)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SUFFIXED | 01_add_a_up.sql 01_add_a_down.sql 02_b_up.sql 02_b_down.sql                | 01_add_a 02_b
          SUFFIXED | 1_b_up.sql 1_b_down.sql 10_c_up.sql 10_c_down.sql 9_a_up.sql 9_a_down.sql  | 1_b 9_a 10_c
          ROLLBACK | 001_initial_schema.sql 001_initial_schema_rollback.sql                     | 001_initial_schema
          ROLLBACK | 001_a.sql 001_a_rollback.sql 002_scale_up.sql 002_scale_up_rollback.sql    | 001_a 002_scale_up
          ROLLBACK | 001_tear_down.sql 001_tear_down_rollback.sql                               | 001_tear_down
          DOTTED   | 20260101120000_a.up.sql 20260101120000_a.down.sql                          | 20260101120000_a
          DOTTED   | 1_wake_up.up.sql 1_wake_up.down.sql                                        | 1_wake_up
          """)
  void of_aFolder_findsItsLayout(Layout layout, String names, String labels) {
    Folder folder = of(names.split(" "));
    assertThat(folder.layout()).contains(layout);
    assertThat(blocking(folder)).isEmpty();
    assertThat(folder.migrations().stream().map(MigrationFile::label))
        .containsExactly(labels.split(" "));
    assertThat(folder.migrations()).allMatch(file -> file.down().isPresent());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          01_a_up.sql                                                     | 01_a_up.sql: there is no down file
          001_a.sql                                                       | 001_a.sql: there is no down file
          01_a.up.sql                                                     | 01_a.up.sql: there is no down file
          01_a_up.sql 01_a_down.sql 02_b_down.sql                         | 02_b_down.sql: there is no up file for version 02
          01_a_up.sql 01_b_down.sql                                       | 01_a_up.sql and 01_b_down.sql: one version with two names
          01_a_up.sql 01_a_down.sql schema.sql                            | schema.sql: the name fits no migration of this folder (NN_name_up.sql, NN_name_down.sql)
          01_a_up.sql 01_a_down.sql 02_b.sql                              | 02_b.sql: the name fits no migration
          01_a_up.sql 01_a_down.sql 1_b_up.sql 1_b_down.sql               | 01_a_up.sql, 1_b_up.sql: one version, 01, for several migrations
          notes.sql                                                       | notes.sql: the name fits no migration
          """)
  void of_aFolderWithSomethingWrong_namesTheFiles(String names, String problem) {
    assertThat(blocking(of(names.split(" ")))).hasSize(1).first().asString().startsWith(problem);
  }

  @Test
  void of_otherFiles_areLeftAlone() {
    Folder folder = of("README.md", ".gitkeep", "01_a_up.sql", "01_a_down.sql");
    assertThat(folder.problems()).isEmpty();
    assertThat(of().layout()).isEmpty();
    assertThat(of().problems()).isEmpty();
  }

  @Test
  void of_aNumberLeftOut_isToldAndStopsNothing() {
    Folder folder = of("01_a_up.sql", "01_a_down.sql", "03_b_up.sql", "03_b_down.sql");
    assertThat(folder.problems())
        .containsExactly(
            new FolderProblem(
                "no migration between 01 and 03: is a file missing?",
                Optional.of(new Version("03")),
                false));
  }

  @Test
  void of_headers_areRead() {
    Folder folder =
        texts(
            Map.of(
                "01_rename_up.sql",
                "-- purpose: one name less\n"
                    + "-- kind: field_remove\n"
                    + "-- depends: nothing\n\n"
                    + "select 1;",
                "01_rename_down.sql",
                "-- down: none, because the old name is gone\n",
                "02_drop_x_up.sql",
                "-- stage: 1\n-- transaction: none\nselect 1;\n-- stage: 2",
                "02_drop_x_down.sql",
                "select 1;"));
    assertThat(folder.problems()).isEmpty();
    MigrationFile first = folder.migrations().getFirst();
    assertThat(first.kind()).isEqualTo(Kind.FIELD_REMOVE);
    assertThat(first.stage()).isEqualTo(2);
    assertThat(first.description()).isEqualTo("one name less");
    assertThat(first.header().irreversible()).contains("the old name is gone");
    assertThat(first.isInTransaction()).isTrue();
    MigrationFile second = folder.migrations().getLast();
    assertThat(second.kind()).isEqualTo(Kind.FIELD_REMOVE);
    assertThat(second.stage()).isEqualTo(1);
    assertThat(second.description()).isEqualTo("drop x");
    assertThat(second.isInTransaction()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -- kind: add;select 1;         | select 1;                      | 01_a_up.sql: "-- kind: add"
          -- stage: 3;select 1;          | select 1;                      | 01_a_up.sql: "-- stage: 3"
          select 1;                      | -- down: none;                 | 01_a_down.sql: "-- down: none"
          select 1;                      | -- nothing                     | 01_a_down.sql: it undoes nothing
          select 1;                      | ;                              | 01_a_down.sql: it undoes nothing
          -- depends: the table;select 1;| select 1;                      | 01_a_up.sql: "-- depends: the table": a version such as 03
          -- depends: 01, 0x;select 1;   | select 1;                      | 01_a_up.sql: "-- depends: 01, 0x"
          -- depends: 01_a;select 1;     | select 1;                      | 01_a_up.sql: it depends on 01_a, which does not come before 01
          -- depends: 2;select 1;        | select 1;                      | 01_a_up.sql: it depends on 2, which does not come before 01
          select 1;commit;               | select 1;                      | 01_a_up.sql:2: COMMIT
          select 1;                      | \\echo;                        | 01_a_down.sql:1: \\echo
          """)
  void of_aFileWithSomethingWrong_saysWhat(String up, String down, String problem) {
    Folder folder =
        texts(
            Map.of(
                "01_a_up.sql", up.replace(";", ";\n").replaceFirst("^(--[^;]*);", "$1"),
                "01_a_down.sql", down.replaceFirst("^(--[^;]*);", "$1\n")));
    assertThat(blocking(folder)).isNotEmpty().first().asString().startsWith(problem);
  }

  @Test
  void of_dependsAndAuthor_areRead() {
    Folder folder =
        texts(
            Map.of(
                "07_a_up.sql",
                "-- depends: 3, 05_add_email_up.sql, 6_scale_up\n-- author: Ann\nselect 1;",
                "07_a_down.sql",
                "select 1;"));
    MigrationFile.Header header = folder.migrations().getFirst().header();
    assertThat(header.depends())
        .containsExactly(
            new MigrationFile.Dependency(new Version("3"), Optional.empty()),
            new MigrationFile.Dependency(new Version("5"), Optional.of("add_email")),
            new MigrationFile.Dependency(new Version("6"), Optional.of("scale_up")));
    assertThat(header.author()).contains("Ann");
    assertThat(folder.problems()).isEmpty();
  }

  @Test
  void of_aDownOutsideATransaction_leavesTheUpInOne() {
    Folder folder =
        texts(
            Map.of(
                "1_a_up.sql", "select 1;",
                "1_a_down.sql", "-- transaction: none\nselect 1;"));
    MigrationFile file = folder.migrations().getFirst();
    assertThat(file.isInTransaction()).isTrue();
    assertThat(file.header().transaction()).isTrue();
    assertThat(MigrationFile.isInTransaction(file.down().orElseThrow())).isFalse();
  }

  @Test
  void isSourceOf_anotherLineEnd_isTheSameFile() {
    MigrationFile file =
        texts(Map.of("01_a_up.sql", "select 1;\r\n", "01_a_down.sql", "select 1;"))
            .migrations()
            .getFirst();
    assertThat(file.isSourceOf(Histories.applied(1, "01", "a", "select 1;\n"))).isTrue();
    assertThat(file.isSourceOf(Histories.applied(1, "1", "a", "select 1;\r\n"))).isTrue();
    assertThat(file.isSourceOf(Histories.applied(1, "01", "a", "select 2;\n"))).isFalse();
  }
}
