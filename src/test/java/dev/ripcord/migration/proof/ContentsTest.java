package dev.ripcord.migration.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ContentsTest {
  private static Contents of(List<String> columns, List<String> key, String... rows) {
    List<List<String>> cells = new ArrayList<>();
    for (String row : rows) {
      cells.add(List.of(row.split(",", -1)));
    }
    return new Contents(Map.of("public.t", new Contents.Rows(columns, key, cells)));
  }

  private static List<String> told(Contents before, Contents after) {
    return before.against(after).stream().map(Loss::text).toList();
  }

  @Test
  void against_theSameInAnotherOrder_isNothing() {
    Contents before = of(List.of("id", "a"), List.of("id"), "1,x", "2,y");
    assertThat(told(before, of(List.of("a", "id"), List.of("id"), "y,2", "x,1"))).isEmpty();
  }

  @Test
  void against_aChangedValueAndALostRowAndALeftOne_areTold() {
    Contents before = of(List.of("id", "a"), List.of("id"), "1,x", "2,y", "3,z");
    Contents after = of(List.of("id", "a"), List.of("id"), "1,x", "2,w", "4,z");
    assertThat(told(before, after))
        .containsExactly(
            "t.a: 1 value is not as before (such as id = 2)",
            "t: 1 row is gone (such as id = 3)",
            "t: 1 row stays behind (such as id = 4)");
  }

  @Test
  void against_withoutAKey_countsEqualRows() {
    Contents before = of(List.of("a"), List.of(), "x", "x", "y");
    assertThat(told(before, of(List.of("a"), List.of(), "x", "y")))
        .containsExactly("t: 1 row is gone");
  }

  @Test
  void against_aMissingColumnOrTable_losesItsValues() {
    Contents before = of(List.of("id", "a"), List.of("id"), "1,x");
    assertThat(told(before, of(List.of("id"), List.of("id"), "1")))
        .containsExactly("t.a: 1 value is not as before");
    assertThat(told(before, new Contents(Map.of()))).containsExactly("t: 1 row is gone");
  }

  @Test
  void against_randomRows_findsExactlyTheChangedOnes() {
    long seed = 20_260_101;
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<List<String>> rows = new ArrayList<>();
      int count = random.nextInt(20);
      for (int i = 0; i < count; i++) {
        rows.add(List.of("" + i, "" + random.nextInt(3)));
      }
      List<List<String>> later = new ArrayList<>();
      int changed = 0;
      for (List<String> row : rows) {
        boolean change = random.nextInt(4) == 0;
        changed += change ? 1 : 0;
        later.add(change ? List.of(row.getFirst(), "other") : row);
      }
      Collections.shuffle(later, random);
      List<Loss> losses =
          new Contents(Map.of("t", new Contents.Rows(List.of("id", "a"), List.of("id"), rows)))
              .against(
                  new Contents(
                      Map.of("t", new Contents.Rows(List.of("id", "a"), List.of("id"), later))));
      assertThat(losses.stream().mapToLong(Loss::count).sum())
          .as("seed %s, round %s", seed, round)
          .isEqualTo(changed);
    }
  }
}
