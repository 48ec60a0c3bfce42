package dev.ripcord.migration.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.Kind;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.FolderProblem;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.sql.Script;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a tool's own table, its files and Ripcord's history say together. */
final class ToolReconciliationTest {
  private static SourceFile file(String version, String side) {
    return new SourceFile(version + "_m." + side + ".sql", "SELECT " + version + ";");
  }

  private static List<String> words(String text) {
    return text == null || text.isBlank() ? List.of() : List.of(text.strip().split(" "));
  }

  private static Folder folder(Tool tool, List<String> versions) {
    List<SourceFile> files = new ArrayList<>();
    versions.forEach(v -> files.addAll(List.of(file(v, "up"), file(v, "down"))));
    return Folder.of(files, tool);
  }

  private static History history(List<String> versions) {
    return new History(
        IntStream.range(0, versions.size())
            .mapToObj(
                i ->
                    new Applied(
                        i + 1,
                        new Version(versions.get(i)),
                        "m",
                        Kind.SCHEMA_ADD,
                        Optional.empty(),
                        Instant.EPOCH,
                        true,
                        Checksum.of("SELECT " + versions.get(i) + ";"),
                        Optional.of("SELECT 1;"),
                        Optional.of(Checksum.of("SELECT 1;")),
                        Optional.empty()))
            .toList(),
        List.of());
  }

  /** {@code 4!} stands for a row whose checksum is not that of the file. */
  private static ToolPage page(Tool tool, List<String> rows) {
    return new ToolPage(
        tool,
        rows.stream()
            .map(
                row ->
                    new ToolPage.Line(
                        new Version(row.replace("!", "")),
                        tool == Tool.SQLX
                            ? Optional.of(
                                row.endsWith("!") ? "00" : Checksum.of384("SELECT " + row + ";"))
                            : Optional.empty(),
                        Optional.empty(),
                        Duration.ZERO))
            .toList(),
        List.of(),
        false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # tool         | table  | files   | history | gone | met   | strange
          SQLX           | 1 2    | 1 2 3   |         |      | 1 2   |
          SQLX           | 1 2    | 1 2     | 1       |      | 2     |
          SQLX           | 1      | 1 2     | 1 2     | 2    |       |
          SQLX           |        | 1 2     | 1 2     | 1 2  |       |
          SQLX           | 1 3 2  | 1 2 3   | 1       |      | 3 2   |
          SQLX           | 1 9    | 1       | 1       |      |       | 9
          SQLX           | 1 2!   | 1 2     | 1       |      |       | 2
          SQLX           | 1!     | 1       | 1       |      |       |
          GOLANG_MIGRATE | 2      | 1 2 3   |         |      | 1 2   |
          GOLANG_MIGRATE | 3      | 1 2 3   | 1       |      | 2 3   |
          GOLANG_MIGRATE | 1      | 1 2 3   | 1 2 3   | 2 3  |       |
          GOLANG_MIGRATE |        | 1 2     | 1       | 1    |       |
          GOLANG_MIGRATE | 3      | 1 2 3   | 1 3     |      |       |
          GOLANG_MIGRATE | 4      | 1 2     | 1       |      | 2     | 4
          GOLANG_MIGRATE | 2      |         | 1 2     |      |       |
          """)
  void reckoning_tableFilesAndHistory_tellWhatTheToolDid(
      Tool tool,
      String table,
      String files,
      String history,
      String gone,
      String met,
      String strange) {
    ToolReconciliation reckoning =
        new ToolReconciliation(
            page(tool, words(table)), folder(tool, words(files)), history(words(history)));
    assertThat(reckoning.gone())
        .extracting(each -> each.version().text())
        .containsExactlyElementsOf(words(gone));
    assertThat(reckoning.met())
        .extracting(each -> each.file().version().text())
        .containsExactlyElementsOf(words(met));
    assertThat(reckoning.strange())
        .extracting(each -> each.version().text())
        .containsExactlyElementsOf(words(strange));
    List<String> left = new ArrayList<>(words(history));
    left.removeAll(words(gone));
    assertThat(reckoning.history(version -> Optional.of("r")).applied())
        .extracting(each -> each.version().text())
        .containsExactlyElementsOf(
            Stream.of(left, words(met), words(strange)).flatMap(List::stream).toList());
  }

  @Test
  void blockers_anEditedFileOrAMissingOne_nameIt() {
    ToolReconciliation reckoning =
        new ToolReconciliation(
            page(Tool.SQLX, List.of("1!", "2!", "3")),
            folder(Tool.SQLX, List.of("1", "2", "1234567890123456789")),
            history(List.of("1")));
    assertThat(String.join("\n", reckoning.blockers()))
        .contains("1_m.up.sql: changed since sqlx applied it")
        .contains("2_m.up.sql: changed since sqlx applied it")
        .contains("sqlx has applied version 3, and the folder has no file of it")
        .contains("1234567890123456789_m.up.sql: sqlx keeps versions as 64-bit numbers");
    assertThat(
            RevertSelection.blocker(reckoning.history(v -> Optional.empty()).applied().getLast()))
        .hasValueSatisfying(
            text -> assertThat(text).contains("3_without_a_file").contains("no file of it"));
  }

  @Test
  void underWay_aRunOfRipcordsOwn_isNotCompared() {
    ToolPage dirty =
        new ToolPage(
            Tool.GOLANG_MIGRATE, page(Tool.GOLANG_MIGRATE, List.of("2")).lines(), List.of(), true);
    ToolReconciliation reckoning =
        new ToolReconciliation(
            dirty, folder(Tool.GOLANG_MIGRATE, List.of("1", "2", "3")), history(List.of("1")));
    assertThat(reckoning.gone()).isEmpty();
    assertThat(reckoning.met()).isEmpty();
    assertThat(reckoning.blockers()).isEmpty();
  }

  @Test
  void folder_ofSqlx_takesAPlainFileAsOneWithoutAWayBack() {
    Folder folder =
        Folder.of(
            List.of(
                new SourceFile("1_a_rollback.sql", "SELECT 1;"),
                file("2", "up"),
                file("2", "down")),
            Tool.SQLX);
    assertThat(folder.migrations())
        .extracting(each -> each.label() + " " + each.down().isPresent())
        .containsExactly("1_a_rollback false", "2_m true");
    assertThat(folder.problems())
        .extracting(FolderProblem::text)
        .singleElement()
        .asString()
        .contains("1_a_rollback.sql: there is no down file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          BEGIN; CREATE TABLE a (); COMMIT;                 | 1 | 0
          begin transaction; SELECT 1; SELECT 2; END        | 2 | 0
          START TRANSACTION; SELECT 1; COMMIT WORK;         | 1 | 0
          BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT; | 4 | 2
          BEGIN; SELECT 1;                                  | 2 | 1
          SELECT 1; COMMIT;                                 | 2 | 1
          BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; COMMIT; | 3 | 2
          """)
  void folder_ofGolangMigrate_leavesOutATransactionAroundTheWholeFile(
      String text, int statements, int flaws) {
    SourceFile up = new SourceFile("1_a.up.sql", "\uFEFF-- über\n" + text);
    Folder folder =
        Folder.of(List.of(up, new SourceFile("1_a.down.sql", "SELECT 1;")), Tool.GOLANG_MIGRATE);
    Script script = folder.migrations().getFirst().script();
    assertThat(script.work()).hasSize(statements);
    assertThat(script.flaws()).hasSize(flaws);
    assertThat(folder.migrations().getFirst().up().text()).hasSameSizeAs(up.text());
  }
}
