package dev.ripcord.web.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PageAnswerTest {
  @Test
  void page_isNotMadeOnAnEventLoop() throws Exception {
    Vertx vertx = Vertx.vertx();
    PageAnswer answer = new PageAnswer(vertx);
    Router router = Router.router(vertx);
    router
        .get("/")
        .handler(
            context ->
                answer.send(context, 200, () -> "on a loop: " + Context.isOnEventLoopThread()));
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpServer server =
          vertx
              .createHttpServer()
              .requestHandler(router)
              .listen(0, "127.0.0.1")
              .timeout(20, TimeUnit.SECONDS)
              .await();
      URI address = URI.create("http://127.0.0.1:" + server.actualPort() + "/");

      assertThat(
              client
                  .send(
                      HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                  .body())
          .isEqualTo("on a loop: false");
    } finally {
      vertx.close().timeout(20, TimeUnit.SECONDS).await();
    }
  }
}
