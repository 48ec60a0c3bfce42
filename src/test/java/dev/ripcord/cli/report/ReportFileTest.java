package dev.ripcord.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.cli.console.Console;
import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.Listen;
import dev.ripcord.config.Settings;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Recorded;
import dev.ripcord.report.WatchReport;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.Salvaged;
import dev.ripcord.watch.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may read the report of a rollback. */
final class ReportFileTest {
  @TempDir Path folder;

  private void write(Optional<Path> wanted) {
    write(wanted, List.of());
  }

  private void write(Optional<Path> wanted, List<Entry> more) {
    List<Recorded> entries = new ArrayList<>();
    entries.add(Examples.recorded(1, new Entry.Opened(Examples.charter("v42"))));
    entries.add(Examples.recorded(2, new Entry.Planned(Examples.plan())));
    more.forEach(entry -> entries.add(Examples.recorded(entries.size() + 1L, entry)));
    PrintStream none =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    Settings settings =
        new Settings(
            Optional.empty(),
            folder.resolve("data"),
            Optional.empty(),
            Settings.JournalAway.WAIT,
            new Listen("127.0.0.1", 9095),
            AccessSettings.OPEN,
            AlertSettings.NONE,
            Duration.ofDays(7),
            new TreeMap<>(),
            List.of());
    new Reports(
            new Console(none, none, Map.of(), false),
            settings,
            new ReportOptions.Places(wanted, Optional.empty(), Optional.empty()))
        .ended(
            WatchReport.of(
                Examples.ended(17, Outcome.ROLLED_BACK, "rolled back, healthy again."), entries),
            10);
  }

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private Path reports() {
    return folder.resolve("data").resolve("reports");
  }

  private Path only() throws IOException {
    try (var files = Files.list(reports())) {
      return files.toList().getFirst();
    }
  }

  @Test
  void s9_reportInTheDataFolder_isForItsOwnerOnly() throws IOException {
    write(Optional.empty());

    assertThat(rights(reports())).isEqualTo("rwx------");
    assertThat(rights(only())).isEqualTo("rw-------");
    assertThat(only()).content().contains("rolled back, healthy again.").doesNotContain("again..");
  }

  @Test
  void s9_reportThatOthersCouldRead_isForItsOwnerOnlyWhenItIsWrittenAnew() throws IOException {
    write(Optional.empty());
    Files.setPosixFilePermissions(only(), PosixFilePermissions.fromString("rw-r--r--"));
    Files.setPosixFilePermissions(reports(), PosixFilePermissions.fromString("rwxr-xr-x"));

    write(Optional.empty());

    assertThat(rights(reports())).isEqualTo("rwx------");
    assertThat(rights(only())).isEqualTo("rw-------");
  }

  @Test
  void s9_reportWhereAPersonWantsIt_isWrittenThere() {
    Path wanted = folder.resolve("for-all").resolve("report.md");

    write(Optional.of(wanted));

    assertThat(wanted).content().startsWith("# shop v42: rolled-back");
    assertThat(reports()).doesNotExist();
  }

  @Test
  void whatARollbackKept_andWhatRemains_areSections() throws IOException {
    Path text = folder.resolve("report.md");
    Path json = folder.resolve("report.json");
    List<Salvaged> kept = List.of(new Salvaged(7, "orders.fax", true, 41));
    List<Entry> more =
        List.of(
            new Entry.Ran(new RunEvent.Begun()),
            new Entry.Ran(new RunEvent.StepDone(0, "41 runs", Duration.ZERO)),
            new Entry.Ran(new RunEvent.StepDone(1, "no session", Duration.ZERO)),
            new Entry.Ran(new RunEvent.StepDone(2, "01 reverted", Duration.ZERO, kept)));

    write(Optional.of(text), more);
    write(Optional.of(json), more);

    assertThat(text)
        .content()
        .contains(
            """
            ## What was kept

            - 41 values of orders.fax kept in salvage 7, restore with: `ripcord salvage restore 7`

            ## What remains to be done

            - decide on what was kept: bring it back\
            """);
    JsonNode document = new ObjectMapper().readTree(json.toFile());
    assertThat(document.path("kept").get(0).path("restore").asText())
        .isEqualTo("ripcord salvage restore 7");
    assertThat(document.path("backups")).isEmpty();
    assertThat(document.path("remaining")).hasSize(1);
  }

  @Test
  void rollbackThatKeptNothing_saysSo() throws IOException {
    write(Optional.empty());

    assertThat(only()).content().contains("## What was kept\n\nNothing.\n");
  }

  @Test
  void reportWhoseNameEndsInJson_isOneDocument_withEveryEvent() throws IOException {
    Path wanted = folder.resolve("report.JSON");

    write(Optional.of(wanted));

    JsonNode json = new ObjectMapper().readTree(wanted.toFile());
    assertThat(json.path("outcome").asText()).isEqualTo("rolled-back");
    assertThat(json.path("exitCode").asInt()).isEqualTo(10);
    assertThat(json.path("service").asText()).isEqualTo("shop");
    assertThat(json.path("plan").path("steps").size()).isEqualTo(Examples.plan().steps().size());
    assertThat(json.path("events")).hasSize(2);
    assertThat(json.path("events").get(0).path("event").asText()).isEqualTo("started");
  }
}
