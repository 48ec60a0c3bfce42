package dev.ripcord.web.page;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * The files that pages load: style, script, icon. The address of each holds a part of its hash, so
 * browsers may keep them for good and never use an old one with a new page.
 */
public final class Assets {
  private static final int HASH_DIGITS = 16;

  private final Map<String, Asset> byName;
  private final Map<String, Asset> byAddress;

  /** Reads them from the program. */
  public Assets() {
    byName =
        Stream.of(
                Asset.read("ripcord.css", "text/css; charset=utf-8"),
                Asset.read("ripcord.js", "text/javascript; charset=utf-8"),
                Asset.read("release.css", "text/css; charset=utf-8"),
                Asset.read("release.js", "text/javascript; charset=utf-8"),
                Asset.read("ripcord.svg", "image/svg+xml"))
            .collect(Collectors.toUnmodifiableMap(Asset::name, Function.identity()));
    byAddress =
        byName.values().stream()
            .collect(Collectors.toUnmodifiableMap(Asset::address, Function.identity()));
  }

  /** Where a file is, relative to the page {@code /}. */
  String address(String name) {
    return "assets/" + Optional.ofNullable(byName.get(name)).orElseThrow().address();
  }

  /** Answers {@code /assets/:file}. */
  public void answer(RoutingContext context) {
    Asset asset = byAddress.get(context.pathParam("file"));
    if (asset == null) {
      context.fail(404);
      return;
    }
    boolean gzip = PageAnswer.takesGzip(context);
    context
        .response()
        .putHeader("Content-Type", asset.type())
        .putHeader("Cache-Control", "public, max-age=31536000, immutable")
        .putHeader("Vary", "Accept-Encoding");
    if (gzip) {
      context.response().putHeader("Content-Encoding", "gzip");
    }
    context.response().end(gzip ? asset.zipped() : asset.plain());
  }

  /** One file: what it is called, where it is found, and its bytes. */
  private record Asset(String name, String address, String type, Buffer plain, Buffer zipped) {
    static Asset read(String name, String type) {
      try (InputStream in = Assets.class.getResourceAsStream(name)) {
        if (in == null) {
          throw new IllegalStateException(name + " is missing from the program");
        }
        byte[] bytes = in.readAllBytes();
        int dot = name.indexOf('.');
        String address = name.substring(0, dot) + "-" + hash(bytes) + name.substring(dot);
        return new Asset(name, address, type, Buffer.buffer(bytes), Buffer.buffer(zip(bytes)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The same, as gzip. */
  static byte[] zip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 4);
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    }
    return out.toByteArray();
  }

  private static String hash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
