package dev.ripcord.migration.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ApprovalTest {
  private static MigrationFile file(String up) {
    return Folder.of(
            List.of(
                new SourceFile("4_drop_x_up.sql", up),
                new SourceFile("4_drop_x_down.sql", "select 1;")))
        .migrations()
        .getFirst();
  }

  private static List<String> words(String text) {
    return text == null ? List.of() : Stream.of(text.split(",")).map(String::strip).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bob            | Ann Ray, ann@example.com |       | none
          ann            | Ann Ray, ann@example.com |       | ann@example.com wrote it
          ANN  RAY       | Ann Ray, ann@example.com |       | Ann Ray wrote it
          ann@other.org  | Ann Ray, ann@example.com |       | ann@example.com wrote it
          bob            | Ann Ray                  | bob   | bob ran the release's stage 1
          bob            |                          | ann   | none
          bob            |                          |       | who wrote it is not known
          """)
  void against_anApprover_isSomebodyElse(
      String approver, String authors, String stage1, String words) {
    Approval approval = new Approval(approver, words(stage1));
    List<String> reasons =
        approval.against(List.of(new Approval.Written(file("select 1;"), words(authors))));
    if (words.equals("none")) {
      assertThat(reasons).isEmpty();
    } else {
      assertThat(reasons).singleElement().asString().startsWith("4_drop_x: ").contains(words);
    }
  }

  @Test
  void against_theHeadersAuthor_countsBesideGits() {
    Approval.Written written =
        new Approval.Written(file("-- author: Bob\nselect 1;"), List.of("Ann"));
    assertThat(new Approval("bob", List.of()).against(List.of(written))).hasSize(1);
    assertThat(new Approval("ann", List.of()).against(List.of(written))).hasSize(1);
    assertThat(new Approval("eve", List.of()).against(List.of(written))).isEmpty();
  }
}
