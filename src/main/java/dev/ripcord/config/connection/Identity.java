package dev.ripcord.config.connection;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * A certificate of our own, to be shown to the other side.
 *
 * @param cert the certificate, and those of the authorities between it and a known one
 * @param key its private key
 */
public record Identity(PemFile cert, PemFile key) {
  /** By which a key proves itself. */
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 4;

  /**
   * Whether the key is that of the certificate: without it no handshake comes to its end. Yes where
   * the key is of a kind that is not known here, or there is none.
   *
   * @throws IllegalArgumentException when the certificate cannot be read
   */
  public boolean isMatching() {
    PublicKey certified = cert.certificate().getPublicKey();
    Optional<PemFile.Key> found = key.key();
    Optional<String> signature = Optional.ofNullable(SIGNATURES.get(certified.getAlgorithm()));
    if (found.isEmpty() || signature.isEmpty()) {
      return true;
    }
    try {
      byte[] pkcs8 =
          found.get().isWrapped()
              ? found.get().bytes()
              : wrapped(certified.getEncoded(), found.get().bytes());
      PrivateKey secret =
          KeyFactory.getInstance(certified.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      return proves(signature.get(), secret, certified);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean proves(String algorithm, PrivateKey secret, PublicKey certified)
      throws GeneralSecurityException {
    byte[] some = {1};
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(secret);
    signing.update(some);
    Signature verifying = Signature.getInstance(algorithm);
    verifying.initVerify(certified);
    verifying.update(some);
    return verifying.verify(signing.sign());
  }

  /**
   * A bare key (PKCS #1, SEC 1) as PKCS #8, which is what Java reads: the kind of the key, which
   * stands first in the certificate's public key, and the key (RFC 5208, section 5).
   */
  private static byte[] wrapped(byte[] publicKey, byte[] bare) {
    byte[] content = Arrays.copyOfRange(publicKey, start(publicKey, 0), publicKey.length);
    byte[] kind = Arrays.copyOf(content, end(content));
    byte[] octets = element(OCTETS, bare);
    ByteBuffer all = ByteBuffer.allocate(VERSION_0.length + kind.length + octets.length);
    return element(SEQUENCE, all.put(VERSION_0).put(kind).put(octets).array());
  }

  /** Where the content of a DER element begins. */
  private static int start(byte[] der, int at) {
    int length = der[at + 1] & 0xff;
    return at + 2 + (length < 0x80 ? 0 : length & 0x7f);
  }

  /** Where the first DER element ends. */
  private static int end(byte[] der) {
    int start = start(der, 0);
    int length = der[1] & 0xff;
    if (length >= 0x80) {
      length = 0;
      for (int i = 2; i < start; i++) {
        length = (length << 8) | (der[i] & 0xff);
      }
    }
    return start + length;
  }

  private static byte[] element(int tag, byte[] content) {
    int length = content.length;
    byte[] head =
        length < 0x80
            ? new byte[] {(byte) tag, (byte) length}
            : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
    return ByteBuffer.allocate(head.length + length).put(head).put(content).array();
  }
}
