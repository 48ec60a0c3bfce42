package dev.ripcord.postgres.migrate.salvage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.postgres.migrate.salvage.DataSnapshot.Column;
import dev.ripcord.postgres.migrate.salvage.DataSnapshot.Table;
import dev.ripcord.postgres.migrate.salvage.DataSnapshot.Target;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DataSnapshotTest {
  private static final Table ONE = new Table("public", "one", 10);
  private static final Table TWO = new Table("public", "two", 20);
  private static final Map<Column, String> COLUMNS =
      Map.of(new Column(1, 1), "id", new Column(1, 2), "v", new Column(2, 1), "id");
  private static final DataSnapshot BEFORE =
      new DataSnapshot(Map.of(1L, ONE, 2L, TWO), COLUMNS, Map.of(2L, 5L));

  private static Set<Target> damage(
      Map<Long, Table> tables, Map<Column, String> columns, Map<Long, Long> changes) {
    return BEFORE.damage(new DataSnapshot(tables, columns, changes), Set.of());
  }

  @Test
  void nothingChanged_orOnlyNames_orNewThings_isNoDamage() {
    assertThat(damage(BEFORE.tables(), COLUMNS, BEFORE.changes())).isEmpty();
    assertThat(
            damage(
                Map.of(
                    1L,
                    new Table("other", "uno", 10),
                    2L,
                    TWO,
                    3L,
                    new Table("public", "three", 30)),
                Map.of(
                    new Column(1, 1), "key",
                    new Column(1, 2), "v",
                    new Column(1, 3), "new",
                    new Column(2, 1), "id"),
                Map.of(2L, 5L, 3L, 9L)))
        .isEmpty();
  }

  @Test
  void tableThatIsGone_orEmptied_orHasOtherRows_isAsAWhole() {
    assertThat(damage(Map.of(2L, TWO), COLUMNS, BEFORE.changes()))
        .containsExactly(new Target.Rows(1));
    assertThat(
            damage(Map.of(1L, new Table("public", "one", 11), 2L, TWO), COLUMNS, BEFORE.changes()))
        .containsExactly(new Target.Rows(1));
    assertThat(damage(BEFORE.tables(), COLUMNS, Map.of(1L, 1L, 2L, 6L)))
        .containsExactly(new Target.Rows(1), new Target.Rows(2));
  }

  @Test
  void columnThatIsGone_isByItself_unlessItsTableIsMeant() {
    Map<Column, String> left = Map.of(new Column(1, 1), "id", new Column(2, 1), "id");

    assertThat(damage(BEFORE.tables(), left, BEFORE.changes()))
        .containsExactly(new Target.Values(1, 2));
    assertThat(damage(BEFORE.tables(), left, Map.of(1L, 1L, 2L, 5L)))
        .containsExactly(new Target.Rows(1));
  }

  @Test
  void whatWasMoved_isNotLost() {
    DataSnapshot later =
        new DataSnapshot(Map.of(2L, TWO), Map.of(new Column(2, 1), "id"), BEFORE.changes());

    assertThat(BEFORE.damage(later, Set.of(1L))).isEmpty();
  }
}
