package dev.ripcord.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.release.Secret;
import io.vertx.core.Vertx;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shop on a real PostgreSQL, asked over loopback. */
final class ShopTest {
  private static EmbeddedPostgres postgres;
  private static Vertx vertx;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  static void open() throws IOException {
    postgres = EmbeddedPostgres.start();
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() throws IOException {
    vertx.close().await();
    postgres.close();
  }

  @BeforeEach
  void emptyDatabase() throws SQLException {
    sql("DROP TABLE IF EXISTS customer");
  }

  @AfterEach
  void closeClient() {
    http.close();
  }

  @Test
  void order_isWrittenAndAnswered() throws Exception {
    URI shop = serve(1, 0);

    HttpResponse<String> answer = get(shop);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("shop v1, order 1\n");
    assertThat(count("SELECT count(*) FROM customer")).isEqualTo(1);
  }

  @Test
  void version2_withoutTheColumn_isUpButBreaksEveryOrder() throws Exception {
    URI shop = serve(2, 0);

    assertThat(get(shop).statusCode()).isEqualTo(500);
    assertThat(get(shop.resolve("/health")).body())
        .isEqualTo("{\"status\":\"UP\",\"version\":\"2\"}");
  }

  @Test
  void bothVersions_withTheColumn_takeOrders() throws Exception {
    URI first = serve(1, 0);
    sql("ALTER TABLE customer ADD COLUMN email text");
    URI second = serve(2, 0);

    assertThat(get(first).statusCode()).isEqualTo(200);
    assertThat(get(second).statusCode()).isEqualTo(200);
    assertThat(count("SELECT count(*) FROM customer WHERE email IS NOT NULL")).isEqualTo(1);
  }

  @Test
  void failingShare_isSpreadEvenly() throws Exception {
    URI shop = serve(1, 20);

    List<Integer> answers = IntStream.range(0, 10).map(i -> status(shop)).boxed().toList();

    assertThat(answers).containsExactly(200, 200, 200, 200, 500, 200, 200, 200, 200, 500);
  }

  @Test
  void metrics_countOrdersByStatusAndDescribeTheProcess() throws Exception {
    URI shop = serve(1, 50);
    IntStream.range(0, 6).forEach(i -> status(shop));
    get(shop.resolve("/health"));

    HttpResponse<String> page = get(shop.resolve("/metrics"));

    assertThat(page.headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(page.body())
        .contains(
            "# TYPE http_server_requests_seconds histogram\n",
            "_count{method=\"GET\",uri=\"/\",status=\"200\",outcome=\"SUCCESS\"} 3\n",
            "_count{method=\"GET\",uri=\"/\",status=\"500\",outcome=\"SERVER_ERROR\"} 3\n",
            "_bucket{method=\"GET\",uri=\"/\",status=\"200\",outcome=\"SUCCESS\",le=\"+Inf\"} 3\n");
    assertThat(page.body().lines().filter(line -> !line.startsWith("#")))
        .allMatch(line -> line.matches("[a-z_]+(\\{[^}]*})? [0-9.E-]+"))
        .anyMatch(line -> line.startsWith("process_start_time_seconds "))
        .anyMatch(line -> line.startsWith("process_cpu_seconds_total "));
  }

  @Test
  void otherPathsAndMethods_areRefusedAndNotCounted() throws Exception {
    URI shop = serve(1, 0);

    assertThat(get(shop.resolve("/nothing")).statusCode()).isEqualTo(404);
    assertThat(send(HttpRequest.newBuilder(shop).POST(HttpRequest.BodyPublishers.noBody())))
        .isEqualTo(405);
    assertThat(get(shop.resolve("/metrics")).body()).doesNotContain("_count");
  }

  @Test
  void ownProcess_servesAndEndsAfterItsParent() throws Exception {
    Process parent = new ProcessBuilder("cat").start();
    Process shop = startProcess(parent.pid());
    try (BufferedReader log = shop.inputReader()) {
      String serving =
          log.lines().filter(line -> line.contains("serves on ")).findFirst().orElseThrow();
      URI address = URI.create("http://" + serving.replaceAll(".*serves on ", "") + "/");
      assertThat(get(address).statusCode()).isEqualTo(200);

      parent.destroyForcibly();

      assertThat(shop.waitFor(120, TimeUnit.SECONDS)).as("the shop ended").isTrue();
      assertThat(shop.exitValue()).isZero();
    } finally {
      parent.destroyForcibly();
      shop.destroyForcibly();
    }
  }

  @Test
  void arguments_areReadAndTheDatabaseStaysSecret() {
    ShopOptions options =
        ShopOptions.parse(
            new String[] {"--port", "8080", "--version", "2", "--fail", "0.4", "--parent", "7"},
            Map.of("SHOP_DATABASE", "postgresql://u:hidden@h/d"));

    assertThat(options)
        .isEqualTo(
            new ShopOptions(
                8080, 2, new Secret("postgresql://u:hidden@h/d"), 0.4, OptionalLong.of(7)));
    assertThat(options.toString()).doesNotContain("hidden");
  }

  @Test
  void badArguments_nameWhatIsWrong() {
    Map<String, String> database = Map.of("SHOP_DATABASE", "postgresql://u@h/d");

    assertThatThrownBy(() -> parse(database, "--port", "1", "--version", "3"))
        .hasMessage("--version is 3; the shop has 1 and 2");
    assertThatThrownBy(() -> parse(database, "--port", "1", "--version", "1", "--fail", "101"))
        .hasMessage("--fail is 101.0; give 0 to 100 per cent");
    assertThatThrownBy(() -> parse(database, "--version", "1")).hasMessageContaining("--port");
    assertThatThrownBy(() -> parse(Map.of(), "--port", "1", "--version", "1"))
        .hasMessageStartingWith("SHOP_DATABASE is not set");
  }

  private static Process startProcess(long parent) throws IOException {
    ProcessBuilder java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Shop.class.getName(),
                "--port=0",
                "--version=1",
                "--parent=" + parent)
            .redirectErrorStream(true);
    java.environment().put("SHOP_DATABASE", database().reveal());
    return java.start();
  }

  private static Secret database() {
    return new Secret(postgres.getJdbcUrl("postgres", "postgres").replace("jdbc:", ""));
  }

  private static ShopOptions parse(Map<String, String> environment, String... arguments) {
    return ShopOptions.parse(arguments, environment);
  }

  private URI serve(int version, double failPercent) {
    ShopOptions options =
        new ShopOptions(0, version, database(), failPercent, OptionalLong.empty());
    Shop shop = new Shop(vertx, options, System::nanoTime);
    return URI.create("http://127.0.0.1:" + shop.start().await() + "/");
  }

  private HttpResponse<String> get(URI address) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
  }

  private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private int status(URI address) {
    return http.sendAsync(
            HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding())
        .join()
        .statusCode();
  }

  private static void sql(String statement) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement run = connection.createStatement()) {
      run.execute(statement);
    }
  }

  private static long count(String query) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement run = connection.createStatement();
        ResultSet rows = run.executeQuery(query)) {
      rows.next();
      return Objects.requireNonNull(rows.getObject(1, Long.class));
    }
  }
}
