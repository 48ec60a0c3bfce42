package dev.ripcord.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.init.Findings.Migrations;
import dev.ripcord.migration.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigrationFoldersTest {
  @TempDir private Path project;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "01_a_up.sql 01_a_down.sql|pom.xml|NATIVE",
        "001_a.sql 001_a_rollback.sql|go.mod|NATIVE",
        "01_a.up.sql 01_a.down.sql|package.json|NATIVE",
        "01_a.up.sql 01_a.down.sql|Cargo.toml|SQLX",
        "01_a.up.sql 01_a.down.sql|go.mod|GOLANG_MIGRATE",
        "V1__a.sql V1.1__b.sql|pom.xml|FLYWAY",
        "env.py versions|setup.py|ALEMBIC",
        "db.changelog-master.yaml|pom.xml|LIQUIBASE",
        ".gitkeep|pom.xml|NATIVE",
        "20240101_add.rb|Gemfile|none",
        "notes.txt|pom.xml|none"
      })
  void tool_isToldByTheNames(String names, String project, Tool expected) {
    assertThat(MigrationFolders.tool(Set.of(names.split(" ", -1)), Set.of(project)))
        .isEqualTo(Optional.ofNullable(expected));
  }

  private void file(String name) throws IOException {
    Path file = project.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
  }

  @Test
  void nothing_isSaid() {
    assertThat(MigrationFolders.look(project))
        .isEqualTo(new Look.Nothing<>("no folder migrations or the like"));
  }

  @Test
  void firstFolderThatCanBeTold_isTaken() throws IOException {
    file("db/migrate/20240101_add.rb");
    file("src/main/resources/db/migration/V1__a.sql");

    assertThat(MigrationFolders.look(project))
        .isEqualTo(
            new Look.Found<>(
                new Migrations(project.resolve("src/main/resources/db/migration"), Tool.FLYWAY)));
  }

  @Test
  void folderThatNobodyKnows_isMissed() throws IOException {
    file("db/migrate/20240101_add.rb");

    assertThat(MigrationFolders.look(project))
        .isEqualTo(new Look.Missed<>("db/migrate holds no migrations that are known here"));
  }
}
