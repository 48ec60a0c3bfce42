package dev.ripcord.config;

import io.vertx.core.net.SelfSignedCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that {@code full.yml} names. */
public final class FullFile {
  private static final SelfSignedCertificate CLIENT = SelfSignedCertificate.create("ripcord");

  private FullFile() {}

  /** Puts them into a folder: where {@code full.yml} is read. */
  public static void putFiles(Path folder) throws IOException {
    Files.createFile(folder.resolve("tls.crt"));
    Files.createFile(folder.resolve("tls.key"));
    Files.copy(Path.of(CLIENT.certificatePath()), folder.resolve("ca.pem"));
    Files.copy(Path.of(CLIENT.certificatePath()), folder.resolve("client.pem"));
    Files.copy(Path.of(CLIENT.privateKeyPath()), folder.resolve("client-key.pem"));
  }
}
