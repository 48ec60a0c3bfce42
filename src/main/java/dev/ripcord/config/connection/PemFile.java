package dev.ripcord.config.connection;

import dev.ripcord.release.Secret;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
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
   * Whether a private key is that of this certificate; yes where the key is of a form that is not
   * known here.
   */
  boolean isOf(PemFile key) {
    PublicKey certified = certificates().iterator().next().getPublicKey();
    Optional<String> algorithm =
        switch (certified.getAlgorithm()) {
          case "RSA" -> Optional.of("SHA256withRSA");
          case "EC" -> Optional.of("SHA256withECDSA");
          default -> Optional.empty();
        };
    Matcher found = KEY.matcher(key.content.reveal());
    if (algorithm.isEmpty() || !found.find() || !found.group(1).equals("PRIVATE KEY")) {
      return true;
    }
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(found.group(2));
      PrivateKey secret =
          KeyFactory.getInstance(certified.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(encoded));
      return verifies(algorithm.get(), secret, certified);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean verifies(String algorithm, PrivateKey secret, PublicKey certified)
      throws GeneralSecurityException {
    byte[] text = {1, 2, 3};
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(secret);
    signing.update(text);
    Signature verifying = Signature.getInstance(algorithm);
    verifying.initVerify(certified);
    verifying.update(text);
    return verifying.verify(signing.sign());
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
