package dev.ripcord.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.TestPostgres;
import dev.ripcord.cli.Cli;
import dev.ripcord.cli.console.Console;
import dev.ripcord.port.Clocks;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real service over HTTP, folders of releases, and a journal in a real PostgreSQL. */
class DoctorCommandTest {
  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final List<String> alerts = new CopyOnWriteArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final String database = TestPostgres.freshDatabaseUrl();
  private String place = "";

  @BeforeEach
  void begin() throws IOException {
    var server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> {
                              if (request.path().equals("/hook")) {
                                alerts.add(body.toString());
                              }
                              request.response().end("{}");
                            }));
    place = "http://127.0.0.1:" + server.listen(0, "127.0.0.1").await().actualPort();
    for (String version : List.of("v1", "v2")) {
      Files.createDirectories(folder.resolve("srv/releases").resolve(version));
    }
    Files.createSymbolicLink(folder.resolve("srv/current"), Path.of("releases/v2"));
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private Path configured(String url, String platform, String alertsTo) throws IOException {
    return Files.writeString(
        folder.resolve("ripcord.yaml"),
        """
        database: %s
        data: %s
        timeout: 1s
        %s
        services:
          shop:
            url: %s/health
            platform: {directory: {path: %s}}
        """
            .formatted(database, folder.resolve("data"), alertsTo, url, folder.resolve(platform)));
  }

  private int doctor(String url, String platform, String alertsTo, String... more)
      throws IOException {
    return run("doctor", configured(url, platform, alertsTo), more);
  }

  private int run(String command, Path file, String... more) {
    PrintStream toOut = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream toErr = new PrintStream(err, true, StandardCharsets.UTF_8);
    String[] args =
        Stream.of(List.of(command), List.of(more), List.of("-c", file.toString()))
            .flatMap(List::stream)
            .toArray(String[]::new);
    return Cli.run(
        args,
        new Console(toOut, toErr, Map.of(), false),
        new Clocks(InstantSource.system(), System::nanoTime));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void service_withoutAReleaseYet_isUnknown_notBad() throws IOException {
    assertThat(doctor(place, "srv", "")).as(out()).isEqualTo(3);
    assertThat(out().lines().toList())
        .first()
        .isEqualTo("? not known whether it is ready for a rollback: 1 of 5 unknown");
    assertThat(out())
        .contains(
            "✔ journal ",
            "✔ disk ",
            "· alerts          no channel is configured",
            "✔ source ",
            "✔ platform        directory answers and runs v2",
            "? previous image  no release of shop is known yet");
  }

  @Test
  void release_thatWasWatched_andCanBeRolledBack_isReady() throws IOException {
    Path file = configured(place, "srv", "");
    run(
        "watch",
        file,
        "--release",
        "v2",
        "--image",
        "v2",
        "--previous-image",
        "v1",
        "--for",
        "1s",
        "--interval",
        "200ms");
    out.reset();

    assertThat(doctor(place, "srv", "")).as(out()).isZero();
    assertThat(out().lines().toList())
        .first()
        .isEqualTo("✔ ready for a rollback: all 6 are true now");
    assertThat(out())
        .contains("✔ previous image  v1: ", "✔ downs           v2 has no migrations to revert");

    Files.delete(folder.resolve("srv/releases/v1"));
    out.reset();
    assertThat(doctor(place, "srv", "")).as(out()).isEqualTo(4);
    assertThat(out()).contains("✖ previous image  ");
  }

  @Test
  void platformThatIsNotThere_andServiceThatIsAway_areNotTrue_inJsonToo() throws IOException {
    assertThat(doctor("http://127.0.0.1:1", "nosuch", "", "-o", "json")).isEqualTo(4);
    JsonNode answer = new ObjectMapper().readTree(out());
    assertThat(answer.path("ready").asText()).isEqualTo("false");
    assertThat(answer.path("findings"))
        .filteredOn(finding -> finding.path("state").asText().equals("false"))
        .allSatisfy(
            finding -> {
              assertThat(finding.path("service").asText()).isEqualTo("shop");
              assertThat(finding.path("next").asText()).isNotBlank();
            })
        .extracting(finding -> finding.path("subject").asText())
        .containsExactly("source", "platform");
  }

  @Test
  void alert_isSentOnlyWhenAskedFor() throws IOException {
    String hook = "alerts: {webhook: \"" + place + "/hook\"}";
    doctor(place, "srv", hook);
    assertThat(alerts).isEmpty();
    assertThat(out()).contains("· alerts          webhook: not tried");
    out.reset();

    doctor(place, "srv", hook, "--alert");
    assertThat(alerts).singleElement().asString().contains("Test alert");
    assertThat(out()).contains("✔ alerts          webhook took a test alert");
  }

  @Test
  void channelThatRefuses_isNotTrue() throws IOException {
    assertThat(doctor(place, "srv", "alerts: {webhook: \"http://127.0.0.1:1/\"}", "--alert"))
        .isEqualTo(4);
    assertThat(out()).contains("✖ alerts          webhook: ");
  }
}
