package dev.ripcord.migration.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.History;
import dev.ripcord.migration.Interrupted;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RepairTest {
  private static final Repair.Wish NOTHING = wish("", "", "", "");

  private static Repair.Wish wish(String accept, String applied, String reverted, String forget) {
    return new Repair.Wish(
        versions(accept.replace("all", "")),
        accept.equals("all"),
        versions(applied),
        versions(reverted),
        versions(forget));
  }

  private static Set<Version> versions(String texts) {
    return Stream.of(texts.split(" "))
        .filter(text -> !text.isEmpty())
        .map(Version::new)
        .collect(Collectors.toSet());
  }

  private static Folder folder(String... namesAndTexts) {
    List<SourceFile> files =
        Stream.iterate(0, i -> i < namesAndTexts.length, i -> i + 3)
            .flatMap(
                i ->
                    Stream.of(
                        new SourceFile(namesAndTexts[i] + "_up.sql", namesAndTexts[i + 1]),
                        new SourceFile(namesAndTexts[i] + "_down.sql", namesAndTexts[i + 2])))
            .toList();
    return Folder.of(files);
  }

  /** 1 as it was, 2 with another up, 3 with another down, 4 pending. */
  private static final Folder FOLDER =
      folder(
          "1_m",
          "select 1;",
          "select 1;",
          "2_m",
          "select 2;",
          "select 1;",
          "3_m",
          "select 1;",
          "select 3;",
          "4_m",
          "select 1;",
          "select 1;");

  private static final History PAST =
      Histories.history(
          Histories.of(1, "1", "r"), Histories.of(2, "2", "r"), Histories.of(3, "3", "r"));

  private static List<String> planned(Repair.Wish wish, Interrupted... interrupted) {
    MigrationSelection<HistoryFix> choice =
        new Repair(FOLDER, PAST, List.of(interrupted)).plan(wish);
    return switch (choice) {
      case MigrationSelection.Refused<HistoryFix>(List<String> reasons) ->
          reasons.stream().map(r -> "refused " + r).toList();
      case MigrationSelection.Chosen<HistoryFix>(List<HistoryFix> mends) ->
          mends.stream()
              .map(mend -> mend.getClass().getSimpleName() + " " + mend.version())
              .toList();
    };
  }

  @Test
  void plan_withoutAWord_changesNoText() {
    assertThat(planned(NOTHING)).isEmpty();
    assertThat(new Repair(FOLDER, PAST, List.of()).changed())
        .extracting(HistoryFix::text)
        .satisfiesExactly(
            up ->
                assertThat(up)
                    .startsWith("2_m: the text of 2_m_up.sql as it is now counts")
                    .contains(Checksum.of("select 2;").substring(0, 12)),
            down ->
                assertThat(down).startsWith("3_m: the stored down becomes the one of 3_m_down"));
  }

  @Test
  void plan_whatAPersonAccepts_isChangedAndNothingElse() {
    assertThat(planned(wish("2", "", "", ""))).containsExactly("AcceptUp 2");
    assertThat(planned(wish("all", "", "", ""))).containsExactly("AcceptUp 2", "AcceptDown 3");
    assertThat(planned(wish("1", "", "", "")))
        .containsExactly(
            "refused --accept 1: nothing of this version differs from what was applied");
  }

  @Test
  void plan_workByHand_isRecorded() {
    assertThat(planned(wish("", "4", "", ""))).containsExactly("MarkApplied 4");
    assertThat(planned(wish("", "", "03", ""))).containsExactly("MarkReverted 3");
    assertThat(planned(wish("all", "", "3", ""))).containsExactly("AcceptUp 2", "MarkReverted 3");
    assertThat(planned(wish("", "1 9", "4", "")))
        .containsExactly(
            "refused --applied 1: it is recorded as applied already",
            "refused --applied 9: the folder has no such migration",
            "refused --taken-back 4: it is not recorded as applied");
  }

  @Test
  void plan_aRunThatBrokeOff_isForgottenOnlyWhenItHasEndedOrOnAWord() {
    Interrupted midway = new Interrupted(new Version("4"), "4_m", "up", 1, 3);
    Interrupted ended = new Interrupted(new Version("1"), "1_m", "up", 3, 3);
    Interrupted down = new Interrupted(new Version("2"), "2_m", "down", 1, 3);
    assertThat(planned(NOTHING, midway, down)).isEmpty();
    assertThat(planned(NOTHING, ended)).containsExactly("Forget 1");
    assertThat(planned(wish("", "", "", "4"), midway)).containsExactly("Forget 4");
    assertThat(planned(wish("", "4", "", ""), midway)).containsExactly("MarkApplied 4", "Forget 4");
    assertThat(planned(wish("", "", "2", ""), down)).containsExactly("MarkReverted 2", "Forget 2");
    assertThat(planned(wish("", "", "", "3")))
        .containsExactly("refused --forget 3: no run of this version has broken off");
  }

  private static Object baseline(History past, String version, boolean force) {
    return switch (new Baseline(FOLDER, past).at(new Version(version), force)) {
      case MigrationSelection.Refused<MigrationFile>(List<String> reasons) -> reasons;
      case MigrationSelection.Chosen<MigrationFile>(List<MigrationFile> files) ->
          files.stream().map(MigrationFile::label).toList();
    };
  }

  @Test
  void baseline_anEmptyHistory_isFilledUpToTheVersion() {
    assertThat(baseline(History.empty(), "03", false)).isEqualTo(List.of("1_m", "2_m", "3_m"));
    assertThat(baseline(PAST, "4", true)).isEqualTo(List.of("4_m"));
    assertThat(baseline(PAST, "4", false).toString())
        .contains("the database has a history already, up to 3");
    assertThat(baseline(History.empty(), "7", false).toString())
        .contains("the folder has no migration 7; it has 1_m, 2_m, 3_m, 4_m");
  }
}
