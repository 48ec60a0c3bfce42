package dev.ripcord.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Kind;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A down that cannot be run is found before any down has run. */
final class DownScriptCheckTest {
  private static final Release RELEASE =
      new Release(
          new ServiceName("shop"),
          "v42",
          Optional.of(new ImageRef("shop:42")),
          Optional.of(new ImageRef("shop:41")));

  private static Applied applied(long order, String name, String down) {
    return new Applied(
        order,
        new Version("0" + order),
        name,
        Kind.ofName(name),
        Optional.of("v42"),
        Instant.EPOCH,
        true,
        "up",
        Optional.of(down),
        Optional.of(Checksum.of(down)),
        Optional.empty());
  }

  private static List<Refusal> refusals(Applied... applied) {
    PlanInput situation =
        new PlanInput(
            RELEASE,
            new PlanInput.Image(
                Optional.of("docker"),
                RELEASE.image(),
                Optional.of("38 MB"),
                Optional.empty(),
                Optional.empty()),
            new PlanInput.Schema(true, List.of(applied), Optional.empty(), Optional.empty(), false),
            Set.of(),
            List.of());
    return Guards.schema(situation, Policy.Losses.DEFER, List.of(applied).reversed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DROP TABLE a;~\\i more.sql              | line 2: \\i more.sql is a command of psql
          DROP TABLE a;~~COMMIT;                  | line 3: COMMIT: a migration may not begin or end
          BEGIN;~DROP TABLE a;                    | line 1: BEGIN: a migration may not begin or end
          COPY a FROM stdin;~1~\\.                | line 1: COPY … FROM stdin
          SELECT 1;~COPY a TO stdout;             | line 2: COPY … FROM stdin and TO stdout cannot
          SELECT 1;~SELECT 'a;                    | line 2: the quote that begins here has no end
          -- nothing                              | it has no statement
          """)
  void downThatCannotBeRun_isRefusedWithLineAndReason(String text, String why) {
    Applied good = applied(1, "create_a", "DROP TABLE a;");
    Applied bad = applied(2, "create_b", text.replace('~', '\n'));

    List<Refusal> refusals = refusals(good, bad);

    assertThat(refusals).extracting(Refusal::code).containsExactly("down_unreadable");
    assertThat(refusals.getFirst().text())
        .startsWith("the stored down of 02_create_b cannot be run: " + why);
    assertThat(refusals.getFirst().next()).contains("ripcord rollback shop --image-only --yes");
  }

  @Test
  void downWithSeveralLinesThatCannotBeRun_namesTheFirstAndCountsTheRest() {
    List<Refusal> refusals =
        refusals(applied(1, "create_a", "COPY a TO stdout;\nCOMMIT;\n\\d a\nDROP TABLE a;"));

    assertThat(refusals.getFirst().text())
        .startsWith("the stored down of 01_create_a cannot be run: line 1: COPY …")
        .endsWith("; and 2 more lines");
  }

  @Test
  void downsOfSeveralMigrations_areAllRead() {
    assertThat(refusals(applied(1, "create_a", "COMMIT;"), applied(2, "create_b", "\\q")))
        .extracting(Refusal::code)
        .containsExactly("down_unreadable", "down_unreadable");
  }

  @Test
  void downThatCanBeRun_isNotRefused() {
    String text = "SAVEPOINT a;\nDROP TABLE a;\nROLLBACK TO a;\nDROP FUNCTION f();";

    assertThat(refusals(applied(1, "create_a", text))).isEmpty();
  }
}
