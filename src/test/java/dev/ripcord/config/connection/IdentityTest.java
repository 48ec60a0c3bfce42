package dev.ripcord.config.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as OpenSSL writes them, of each kind, in its old and its new form. */
class IdentityTest {
  @TempDir private Path folder;

  private void openssl(String arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    Collections.addAll(command, arguments.split(" ", -1));
    Process openssl =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("openssl.log").toFile())
            .start();
    assertThat(openssl.waitFor()).as(arguments).isZero();
  }

  private boolean isMatching(String cert, String key) throws IOException {
    return new Identity(
            PemFile.read(folder.resolve(cert)).withCertificates(),
            PemFile.read(folder.resolve(key)).withKey())
        .isMatching();
  }

  private void make(String kind) throws IOException, InterruptedException {
    openssl("genpkey " + kind + " -out one.key");
    openssl("genpkey " + kind + " -out other.key");
    openssl("req -x509 -key one.key -subj /CN=one -days 2 -out one.pem");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-256",
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-384",
        "-algorithm ED25519"
      })
  void keyOfACertificate_isToldFromThatOfAnother(String kind) throws Exception {
    make(kind);
    assertThat(isMatching("one.pem", "one.key")).isTrue();
    assertThat(isMatching("one.pem", "other.key")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-384"
      })
  void keyInItsOldForm_isToldToo(String kind) throws Exception {
    make(kind);
    for (String name : List.of("one", "other")) {
      openssl("pkey -in " + name + ".key -traditional -out " + name + ".old");
    }
    assertThat(isMatching("one.pem", "one.old")).isTrue();
    assertThat(isMatching("one.pem", "other.old")).isFalse();
  }
}
