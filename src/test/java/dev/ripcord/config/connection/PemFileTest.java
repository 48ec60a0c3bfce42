package dev.ripcord.config.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.release.Secret;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemFileTest {
  private static SelfSignedCertificate one;
  private static SelfSignedCertificate other;

  @BeforeAll
  static void certificates() {
    one = SelfSignedCertificate.create("one");
    other = SelfSignedCertificate.create("other");
  }

  @AfterAll
  static void delete() {
    one.delete();
    other.delete();
  }

  private static PemFile read(String path) throws IOException {
    return file(Files.readString(Path.of(path)));
  }

  private static PemFile file(String content) {
    return new PemFile(Path.of("/etc/ripcord/x.pem"), new Secret(content));
  }

  @Test
  void certificatesAndKeys_areTold_andTheKeyOfAnotherCertificateIsNoted() throws IOException {
    PemFile certificate = read(one.certificatePath()).withCertificates();
    PemFile key = read(one.privateKeyPath()).withKey();
    assertThat(new Identity(certificate, key).isMatching()).isTrue();
    PemFile stranger = read(other.privateKeyPath()).withKey();
    assertThat(new Identity(certificate, stranger).isMatching()).isFalse();
    assertThatThrownBy(key::withCertificates).hasMessageContaining("holds no certificate");
    assertThatThrownBy(certificate::withKey).hasMessageContaining("holds no private key");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n",
        "not PEM at all",
        ""
      })
  void whatIsNoCertificate_isRefused_withItsPath(String content) {
    assertThatThrownBy(file(content)::withCertificates)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/etc/ripcord/x.pem");
  }

  @Test
  void keyWithAPassword_isRefused_andNothingOfItIsShown() {
    PemFile locked =
        file(
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nc2VjcmV0\n-----END ENCRYPTED PRIVATE KEY-----");
    assertThatThrownBy(locked::withKey)
        .hasMessageContaining("with a password")
        .hasMessageNotContaining("c2VjcmV0");
    assertThat(locked).hasToString("/etc/ripcord/x.pem");
  }

  @Test
  void contentCounts_soThatARenewedCertificateIsAnotherOne() {
    assertThat(file("a")).isEqualTo(file("a")).isNotEqualTo(file("b"));
  }
}
