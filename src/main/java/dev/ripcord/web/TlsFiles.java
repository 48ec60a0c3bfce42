package dev.ripcord.web;

import dev.ripcord.config.AccessSettings.Tls;
import dev.ripcord.config.connection.Identity;
import dev.ripcord.config.connection.PemFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of the daemon's address, in files that others renew: a new one is taken within
 * half a minute for the connections that come then; one that cannot be read leaves the old one.
 */
final class TlsFiles {
  static final long LOOK_MILLIS = 30_000;
  private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);

  private final Vertx vertx;
  private final Tls files;
  private final HttpServer server;
  private List<String> seen = List.of();
  private long timer;
  private boolean over;

  TlsFiles(Vertx vertx, Tls files, HttpServer server) {
    this.vertx = vertx;
    this.files = files;
    this.server = server;
  }

  /** The same options, with this certificate. HTTP/2 stays off: connections are what is counted. */
  static HttpServerOptions with(HttpServerOptions options, Tls tls) {
    return options.setSsl(true).setUseAlpn(false).setKeyCertOptions(certificate(tls));
  }

  private static PemKeyCertOptions certificate(Tls tls) {
    return new PemKeyCertOptions()
        .setCertPath(tls.cert().toString())
        .setKeyPath(tls.key().toString());
  }

  /** What to tell where the daemon cannot listen because of its certificate. */
  static Optional<String> badCertificate(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof BindException) {
        return Optional.empty();
      }
    }
    return Optional.of(
        "cannot listen with the certificate that `tls` names: "
            + failure.getMessage()
            + "; cert must hold a certificate and key its private key, both as PEM");
  }

  /** Begins to look, a while after the last time. */
  void watch() {
    vertx
        .executeBlocking(this::state)
        .onSuccess(
            now -> {
              seen = now;
              again(LOOK_MILLIS);
            })
        .onFailure(e -> again(LOOK_MILLIS));
  }

  void stop() {
    over = true;
    vertx.cancelTimer(timer);
  }

  private void again(long millis) {
    if (!over) {
      timer = vertx.setTimer(millis, _ -> look());
    }
  }

  /** Looks now; completes once what is there was taken or refused. */
  Future<Void> look() {
    return vertx
        .executeBlocking(this::state)
        .onFailure(
            e -> LOG.warn("the certificate cannot be looked at, and stays: {}", e.getMessage()))
        .compose(
            now -> {
              boolean isNew = !now.equals(seen);
              seen = now;
              return isNew ? take() : Future.succeededFuture();
            })
        .otherwiseEmpty()
        .onComplete(_ -> again(LOOK_MILLIS));
  }

  private Future<Void> take() {
    return check()
        // By force: the names of the files are the same as before.
        .compose(
            _ ->
                server.updateSSLOptions(
                    new ServerSSLOptions().setKeyCertOptions(certificate(files)), true))
        .onSuccess(_ -> LOG.info("the certificate {} was read anew", files.cert()))
        .onFailure(
            e ->
                LOG.warn(
                    "the new certificate {} cannot be used, and the old one stays: {}",
                    files.cert(),
                    e.getMessage()))
        .mapEmpty();
  }

  /** Fails where the key is not that of the certificate: no handshake would come to its end. */
  Future<Void> check() {
    return vertx.executeBlocking(
        () -> {
          Identity pair = new Identity(PemFile.read(files.cert()), PemFile.read(files.key()));
          if (!pair.isMatching()) {
            throw new IOException("the key is that of another certificate");
          }
          return null;
        });
  }

  /** What tells a file from the one that was there. */
  private List<String> state() throws IOException {
    return List.of(state(files.cert()), state(files.key()));
  }

  private static String state(Path file) throws IOException {
    return file.toRealPath() + " " + Files.getLastModifiedTime(file) + " " + Files.size(file);
  }
}
