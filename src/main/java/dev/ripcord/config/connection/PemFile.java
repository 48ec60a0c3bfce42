package dev.ripcord.config.connection;

import dev.ripcord.release.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file in PEM form, as it was read with the configuration: what stands in it counts, so that a
 * certificate that is renewed in its place makes another configuration.
 *
 * @param path where it stands
 * @param content what it holds
 */
public record PemFile(Path path, Secret content) {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1");

  /** Reads one now. Blocks on the disk. */
  public static PemFile read(Path path) throws IOException {
    return new PemFile(path, new Secret(Files.readString(path)));
  }

  /**
   * Checks that it holds certificates.
   *
   * @throws IllegalArgumentException when it holds none, or one that cannot be read
   */
  public PemFile withCertificates() {
    certificates();
    return this;
  }

  /**
   * Checks that it holds a private key.
   *
   * @throws IllegalArgumentException when it holds none, or one that needs a password
   */
  public PemFile withKey() {
    if (content.reveal().contains("ENCRYPTED")) {
      throw wrong("holds a private key with a password; write it without: openssl pkey -in FILE");
    }
    if (!KEY.matcher(content.reveal()).find()) {
      throw wrong("holds no private key (-----BEGIN PRIVATE KEY-----)");
    }
    return this;
  }

  /**
   * The first private key in it, not locked by a password.
   *
   * @param base64 the key, in DER form
   * @param isWrapped whether it says itself of what kind it is (PKCS #8)
   */
  record Key(Secret base64, boolean isWrapped) {
    byte[] bytes() {
      return Base64.getMimeDecoder().decode(base64.reveal());
    }
  }

  Optional<Key> key() {
    Matcher found = KEY.matcher(content.reveal());
    return found.find()
        ? Optional.of(new Key(new Secret(found.group(2)), found.group(1).equals("PRIVATE KEY")))
        : Optional.empty();
  }

  /** The first certificate in it: the one that the others vouch for. */
  Certificate certificate() {
    return certificates().iterator().next();
  }

  private Collection<? extends Certificate> certificates() {
    byte[] bytes = content.reveal().getBytes(StandardCharsets.UTF_8);
    if (!content.reveal().contains("-----BEGIN CERTIFICATE-----")) {
      throw wrong("holds no certificate (-----BEGIN CERTIFICATE-----)");
    }
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(bytes));
    } catch (CertificateException e) {
      throw wrong("holds a certificate that cannot be read");
    }
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException("the file \"" + path + "\" " + what);
  }

  /** Where it stands, and not what it holds. */
  @Override
  public String toString() {
    return path.toString();
  }
}
