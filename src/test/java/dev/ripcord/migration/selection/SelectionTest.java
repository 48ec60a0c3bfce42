package dev.ripcord.migration.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.Savepoint;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class SelectionTest {
  private static Folder folder(String... names) {
    return Folder.of(
        Stream.of(names)
            .flatMap(n -> Stream.of(n + "_up.sql", n + "_down.sql"))
            .map(n -> new SourceFile(n, "select 1;"))
            .toList());
  }

  private static List<String> chosen(MigrationSelection<MigrationFile> choice) {
    assertThat(choice).isInstanceOf(MigrationSelection.Chosen.class);
    return ((MigrationSelection.Chosen<MigrationFile>) choice)
        .items().stream().map(file -> file.version().text()).toList();
  }

  private static List<String> downs(MigrationSelection<Applied> choice) {
    assertThat(choice).isInstanceOf(MigrationSelection.Chosen.class);
    return ((MigrationSelection.Chosen<Applied>) choice)
        .items().stream().map(each -> each.version().text()).toList();
  }

  private static List<String> reasons(MigrationSelection<?> choice) {
    assertThat(choice).isInstanceOf(MigrationSelection.Refused.class);
    return ((MigrationSelection.Refused<?>) choice).reasons();
  }

  @Test
  void ups_pendingOnes_areChosenInOrder() {
    Folder folder = folder("1_m", "2_m", "10_drop_x", "11_m", "12_drop_y");
    PendingSelection ups =
        new PendingSelection(folder, Histories.history(Histories.of(1, "01", "r1")));
    assertThat(chosen(ups.all())).containsExactly("2", "10", "11", "12");
    assertThat(chosen(ups.next(2))).containsExactly("2", "10");
    assertThat(chosen(ups.next(9))).hasSize(4);
    assertThat(chosen(ups.to(new Version("010")))).containsExactly("2", "10");
    assertThat(chosen(ups.stage1())).containsExactly("2");
    assertThat(reasons(ups.to(new Version("3")))).containsExactly("the folder has no migration 3");
    assertThat(reasons(ups.stage2()).getFirst()).startsWith("2_m is of stage 1 and comes first");
  }

  @Test
  void stage2_removalsInFront_areChosenUpToTheNextAddition() {
    Folder folder = folder("1_drop_a", "2_drop_b", "3_m", "4_drop_c");
    assertThat(chosen(new PendingSelection(folder, History.empty()).stage2()))
        .containsExactly("1", "2");
    assertThat(chosen(new PendingSelection(folder, History.empty()).stage1())).isEmpty();
    assertThat(chosen(new PendingSelection(folder("1_m"), History.empty()).stage2())).isEmpty();
  }

  @Test
  void ups_aFileEditedSince_isRefused() {
    History past = Histories.history(Histories.applied(1, "1", "m", "select 2;"));
    assertThat(reasons(new PendingSelection(folder("1_m", "2_m"), past).all()).getFirst())
        .startsWith("1_m_up.sql: changed since it was applied at 2026-01-02T12:00:00Z");
  }

  @Test
  void ups_aVersionBelowTheNewest_isRefused() {
    History past = Histories.history(Histories.of(1, "3", "r1"));
    PendingSelection ups = new PendingSelection(folder("2_m", "3_m", "4_m"), past);
    assertThat(reasons(ups.all()))
        .containsExactly(
            "2_m_up.sql: older than 3_m, which is applied already. Give it a version above 4");
  }

  @Test
  void ups_aVersionThatAnotherBranchHasApplied_namesBoth() {
    History past = Histories.history(Histories.applied(1, "2", "add_email", "select 2;"));
    assertThat(reasons(new PendingSelection(folder("2_add_phone", "3_m"), past).all()))
        .containsExactly(
            "2_add_phone_up.sql: version 2 is applied already, as 2_add_email at"
                + " 2026-01-02T12:00:00Z: two branches took one version. Give this one a version"
                + " above 3");
  }

  private static SourceFile dependent(String name, String on) {
    return new SourceFile(name, "-- depends: " + on + "\nselect 1;");
  }

  @Test
  void ups_aDependencyThatIsAppliedOrComesBefore_isMet() {
    Folder folder =
        Folder.of(
            List.of(
                new SourceFile("3_a_up.sql", "select 1;"),
                new SourceFile("3_a_down.sql", "select 1;"),
                dependent("4_b_up.sql", "1_m, 03_a"),
                new SourceFile("4_b_down.sql", "select 1;")));
    History past = Histories.history(Histories.of(1, "1", "r1"));
    assertThat(chosen(new PendingSelection(folder, past).all())).containsExactly("3", "4");
    assertThat(reasons(new PendingSelection(folder, History.empty()).all()))
        .containsExactly(
            "4_b_up.sql: it depends on 1_m, which is neither applied nor in the folder before it."
                + " Add it, or fix the line \"-- depends:\"");
  }

  @Test
  void ups_aDependencyUnderAnotherName_isUnmet() {
    Folder folder =
        Folder.of(
            List.of(
                dependent("4_b_up.sql", "1_add_x"), new SourceFile("4_b_down.sql", "select 1;")));
    History past = Histories.history(Histories.of(1, "1", "r1"));
    assertThat(reasons(new PendingSelection(folder, past).all()).getFirst())
        .contains("that version is 1_m");
  }

  @Test
  void ups_aDatabaseAheadOfTheFolder_isNothingToDo() {
    History past = Histories.history(Histories.of(1, "1", "r1"), Histories.of(2, "2", "r2"));
    assertThat(chosen(new PendingSelection(folder("1_m"), past).all())).isEmpty();
  }

  @Test
  void ups_aMissingDown_refusesOnlyWhatIsPending() {
    Folder folder = Folder.of(List.of(new SourceFile("1_m_up.sql", "select 1;")));
    assertThat(reasons(new PendingSelection(folder, History.empty()).all())).hasSize(1);
    assertThat(
            chosen(
                new PendingSelection(folder, Histories.history(Histories.of(1, "1", "r"))).all()))
        .isEmpty();
  }

  @Test
  void downs_targets_areTakenBackNewestFirst() {
    RevertSelection downs =
        new RevertSelection(
            Histories.history(
                Histories.of(1, "1", "r1"),
                Histories.of(4, "2", "r1"),
                Histories.of(5, "3", "r2"),
                Histories.of(7, "4", "r2")));
    assertThat(downs(downs.last(1))).containsExactly("4");
    assertThat(downs(downs.last(9))).containsExactly("4", "3", "2", "1");
    assertThat(downs(downs.to(new Version("02")))).containsExactly("4", "3");
    assertThat(downs(downs.to(new Version("4")))).isEmpty();
    assertThat(downs(downs.toBase())).hasSize(4);
    assertThat(downs(downs.ofRelease("r2"))).containsExactly("4", "3");
    assertThat(reasons(downs.ofRelease("r9"))).singleElement().asString().contains("no release r9");
    assertThat(reasons(downs.to(new Version("9"))).getFirst()).startsWith("version 9 is not");
    assertThat(reasons(downs.ofRelease("r1")))
        .containsExactly(
            "4_m of release r2, 3_m of release r2 was applied on top of release r1: revert it"
                + " first");
  }

  @Test
  void downs_toSavepoint_takesBackWhatCameAfter() {
    Savepoint savepoint =
        new Savepoint("before", 4, Optional.of(new Version("2")), Optional.empty(), Histories.NOON);
    List<Applied> applied =
        List.of(Histories.of(1, "1", "r"), Histories.of(4, "2", "r"), Histories.of(5, "3", "r"));
    RevertSelection downs = new RevertSelection(new History(applied, List.of(savepoint)));
    assertThat(downs(downs.toSavepoint("before"))).containsExactly("3");
    assertThat(reasons(downs.toSavepoint("other")))
        .containsExactly("there is no savepoint other; there are: before");
  }

  @Test
  void downs_oneThatCannotGoBack_refusesAllOfThem() {
    Applied none = Histories.down(1, "1", "r", Optional.empty(), Optional.empty());
    Applied reason = Histories.down(2, "2", "r", Optional.empty(), Optional.of("it is gone"));
    Applied empty = Histories.down(3, "3", "r", Optional.of("-- nothing"), Optional.empty());
    Applied broken = Histories.down(4, "4", "r", Optional.of("commit;"), Optional.empty());
    Applied fine = Histories.of(5, "5", "r");
    List<String> reasons =
        reasons(new RevertSelection(Histories.history(none, reason, empty, broken, fine)).toBase());
    assertThat(reasons).hasSize(4);
    assertThat(reasons.get(0)).startsWith("4_m: the stored down, line 1: COMMIT");
    assertThat(reasons.get(1)).isEqualTo("3_m: the stored down undoes nothing");
    assertThat(reasons.get(2)).contains("because it is gone");
    assertThat(reasons.get(3)).contains("no down was stored");
  }

  @Test
  void blocker_aStoredDownThatWasChanged_isTold() {
    Applied good = Histories.of(1, "1", "r");
    Applied changed =
        new Applied(
            1,
            good.version(),
            "m",
            good.kind(),
            good.release(),
            good.appliedAt(),
            true,
            good.checksum(),
            Optional.of("drop table x;"),
            good.downChecksum(),
            Optional.empty());
    assertThat(RevertSelection.blocker(good)).isEmpty();
    assertThat(RevertSelection.blocker(changed)).get().asString().contains("its checksum differs");
  }

  /** However ups and downs follow each other, what is applied is a prefix of the folder. */
  @Test
  void upsAndDowns_inAnyOrder_keepAPrefixOfTheFolderApplied() {
    long seed = Long.getLong("seed", 20_260_104L);
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    String[] names = new String[12];
    for (int i = 0; i < names.length; i++) {
      names[i] = (i + 1) + (random.nextInt(4) == 0 ? "_drop_m" : "_m");
    }
    Folder folder = folder(names);
    List<Applied> applied = new ArrayList<>();
    long order = 0;
    for (int round = 0; round < 3_000; round++) {
      History past = new History(applied, List.of());
      PendingSelection ups = new PendingSelection(folder, past);
      if (random.nextBoolean()) {
        MigrationSelection<MigrationFile> choice =
            switch (random.nextInt(4)) {
              case 0 -> ups.next(1 + random.nextInt(3));
              case 1 -> ups.stage1();
              case 2 -> ups.stage2();
              default -> ups.to(new Version(String.valueOf(1 + random.nextInt(12))));
            };
        if (choice instanceof MigrationSelection.Chosen<MigrationFile>(List<MigrationFile> files)) {
          for (MigrationFile file : files) {
            applied.add(Histories.of(++order, file.version().text(), "r" + round % 3));
          }
        }
      } else {
        RevertSelection downs = new RevertSelection(past);
        MigrationSelection<Applied> choice =
            switch (random.nextInt(3)) {
              case 0 -> downs.last(1 + random.nextInt(3));
              case 1 -> downs.ofRelease("r" + random.nextInt(3));
              default -> downs.to(new Version(String.valueOf(1 + random.nextInt(12))));
            };
        if (choice instanceof MigrationSelection.Chosen<Applied>(List<Applied> items)) {
          assertThat(items)
              .as("seed %s round %s", seed, round)
              .isEqualTo(applied.reversed().subList(0, items.size()));
          applied.removeAll(items);
        }
      }
      List<String> versions = applied.stream().map(each -> each.version().text()).toList();
      List<String> prefix =
          folder.migrations().stream()
              .limit(versions.size())
              .map(file -> file.version().text())
              .toList();
      assertThat(versions).as("seed %s round %s", seed, round).isEqualTo(prefix);
    }
  }
}
