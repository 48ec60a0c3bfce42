package dev.ripcord.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Answers {@code /openapi.json}: the API, described in a file of the program. */
final class OpenApi {
  private static final String FILE = "openapi.json";
  private static final String VERSION = "\"VERSION\"";

  private final Buffer document;

  /**
   * Reads it.
   *
   * @param version of this program
   */
  OpenApi(String version) {
    document = Buffer.buffer(read().replace(VERSION, "\"" + version + "\""));
  }

  private static String read() {
    try (InputStream in = OpenApi.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is missing from the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void answer(RoutingContext context) {
    context.response().putHeader("Content-Type", "application/json").end(document);
  }
}
