package dev.ripcord.web.page;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Sends pages. They are made and packed on worker threads: one of a thousand services takes longer
 * than an event loop may stand still. Called on an event loop.
 */
public final class PageAnswer {
  /** Style, script and icon are files of this daemon; nothing else is loaded, framed or sent to. */
  private static final String POLICY =
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private final Vertx vertx;

  /** Sends from these worker threads. */
  public PageAnswer(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Has the text of a page made, and sends it. A failure goes to the router's handler of them. */
  public void send(RoutingContext context, int status, Callable<String> page) {
    boolean gzip = takesGzip(context);
    vertx
        .executeBlocking(() -> bytes(page.call(), gzip), false)
        .onSuccess(
            body -> {
              context
                  .response()
                  .setStatusCode(status)
                  .putHeader("Content-Type", "text/html; charset=utf-8")
                  .putHeader("Content-Security-Policy", POLICY)
                  .putHeader("Referrer-Policy", "same-origin")
                  .putHeader("Vary", "Accept-Encoding");
              if (gzip) {
                context.response().putHeader("Content-Encoding", "gzip");
              }
              context.response().end(body);
            })
        .onFailure(context::fail);
  }

  static boolean takesGzip(RoutingContext context) {
    List<String> encodings = context.request().headers().getAll("Accept-Encoding");
    return Encoding.takesGzip(String.join(",", encodings));
  }

  private static Buffer bytes(String text, boolean gzip) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Buffer.buffer(gzip ? Assets.zip(bytes) : bytes);
  }
}
