package dev.ripcord.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stage 2 as a person meets it: what is said before, while it is kept, and of the way back. */
final class MigrateStageTwoTest {
  @TempDir Path dir;
  private MigrateScene scene;

  @BeforeEach
  void files() throws IOException {
    scene = new MigrateScene(dir);
    scene.execute("CREATE TABLE customer (id int PRIMARY KEY, fax text)");
    scene.execute("INSERT INTO customer VALUES (1, 'f1'), (2, 'f2')");
    scene.migration(
        "01_drop_fax",
        "ALTER TABLE customer DROP COLUMN fax;\n",
        "ALTER TABLE customer ADD COLUMN fax text;\n");
  }

  @Test
  void dryRun_saysWhatIsDropped_andUntilWhenItIsKept_andChangesNothing() {
    assertThat(scene.run("stage2", "--dry-run")).as(scene::shown).isZero();
    assertThat(scene.printed())
        .contains(
            "01_drop_fax\n  · column customer.fax (table of ",
            "its values are copied with the keys of their rows\n",
            "What is dropped is kept until 20",
            " UTC; until then it is undone with: ripcord migrate down. Privileges on it go at"
                + " once");
    assertThat(scene.run("stage2", "--dry-run", "-o", "json")).isZero();
    assertThat(scene.printed())
        .contains("{\"outcome\":\"planned\",\"keepUntil\":\"20", "\"migration\":\"01_drop_fax\"");
    assertThat(scene.ask("SELECT count(fax) FROM customer")).isEqualTo("2");
  }

  @Test
  void whatIsKept_isSaidByTheRun_byStatus_andByTheDown() {
    assertThat(scene.run("stage2")).isEqualTo(4);
    assertThat(scene.said())
        .contains("stage 2 removes what can be brought back for 7d only, and needs an approval");
    assertThat(scene.run("stage2", "--approved-by", "ann")).as(scene::shown).isZero();
    assertThat(scene.printed())
        .containsPattern(
            "✔ 01_drop_fax  applied in .*\n  2 values of customer.fax kept in"
                + " ripcord_salvage.s1_customer, until 20");
    assertThat(scene.said()).contains("What is dropped is kept until 20");
    assertThat(scene.run("status")).isZero();
    assertThat(scene.printed())
        .contains(
            "Kept of 01_drop_fax: 2 values of customer.fax kept in ripcord_salvage.s1_customer,"
                + " until 20");
    assertThat(scene.run("status", "-o", "json")).isZero();
    assertThat(scene.printed())
        .contains(
            "\"kept\":[{\"id\":1,\"migration\":\"01_drop_fax\",\"what\":\"2 values of customer.fax"
                + " kept in ripcord_salvage.s1_customer\",\"until\":\"20");
    assertThat(scene.run("down", "-o", "json")).as(scene::shown).isZero();
    assertThat(scene.printed()).contains("\"kept\":[\"2 values of customer.fax brought back\"]");
    assertThat(scene.ask("SELECT string_agg(fax, ' ' ORDER BY id) FROM customer"))
        .isEqualTo("f1 f2");
  }

  @Test
  void withoutRestore_theSchemaAloneGoesBack() {
    assertThat(scene.run("up")).as(scene::shown).isZero();
    assertThat(scene.run("down", "--no-restore")).as(scene::shown).isZero();
    assertThat(scene.ask("SELECT count(fax) FROM customer")).isEqualTo("0");
    assertThat(scene.run("status")).isZero();
    assertThat(scene.printed()).contains("Kept of 01_drop_fax: 2 values");
  }
}
