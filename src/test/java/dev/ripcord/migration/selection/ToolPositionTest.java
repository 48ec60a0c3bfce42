package dev.ripcord.migration.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.Tool;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ToolPositionTest {
  private static final ToolPosition FLYWAY =
      new ToolPosition(Tool.FLYWAY, Optional.of("3"), List.of("1", "2", "3"), true, List.of());
  private static final ToolPosition ALEMBIC =
      new ToolPosition(Tool.ALEMBIC, Optional.of("abc"), List.of(), false, List.of());

  private static String told(MigrationSelection<ToolPosition.Goal> choice) {
    return switch (choice) {
      case MigrationSelection.Refused<ToolPosition.Goal>(List<String> reasons) ->
          String.join("; ", reasons);
      case MigrationSelection.Chosen<ToolPosition.Goal>(List<ToolPosition.Goal> goals) ->
          goals.isEmpty()
              ? "nothing"
              : goals.getFirst().to()
                  + " "
                  + goals.getFirst().steps().map(String::valueOf).orElse("?");
    };
  }

  @Test
  void down_aListedTool_isCounted() {
    assertThat(told(FLYWAY.downTo("1"))).isEqualTo("1 2");
    assertThat(told(FLYWAY.downTo("3"))).isEqualTo("nothing");
    assertThat(told(FLYWAY.downTo("base"))).isEqualTo("base 3");
    assertThat(told(FLYWAY.down(1))).isEqualTo("2 1");
    assertThat(told(FLYWAY.down(9))).isEqualTo("base 3");
    assertThat(told(FLYWAY.downTo("9"))).startsWith("version 9 is not applied by flyway");
  }

  @Test
  void down_aToolThatTellsOnlyWhereItStands_needsATarget() {
    assertThat(told(ALEMBIC.downTo("def"))).isEqualTo("def ?");
    assertThat(told(ALEMBIC.downTo("base"))).isEqualTo("base ?");
    assertThat(told(ALEMBIC.downTo("abc"))).isEqualTo("nothing");
    assertThat(told(ALEMBIC.down(1))).startsWith("the table of alembic does not tell");
  }

  @Test
  void down_withAProblem_isRefused() {
    ToolPosition dirty =
        new ToolPosition(
            Tool.GOLANG_MIGRATE, Optional.of("4"), List.of(), false, List.of("dirty at 4"));
    assertThat(told(dirty.downTo("3"))).isEqualTo("dirty at 4");
    assertThat(told(dirty.down(1))).isEqualTo("dirty at 4");
  }
}
