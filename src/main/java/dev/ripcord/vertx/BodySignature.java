package dev.ripcord.vertx;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How a receiver knows that a body came from us: {@code sha256=} and the HMAC-SHA256 of its bytes
 * under a shared secret, in hexadecimal.
 */
public final class BodySignature {
  /** The header that holds it. */
  public static final String HEADER = "X-Ripcord-Signature-256";

  private BodySignature() {}

  /**
   * The value of the header.
   *
   * @throws IllegalArgumentException when the secret is empty
   */
  public static String of(String secret, byte[] body) {
    return "sha256=" + hex(secret, body);
  }

  /** The HMAC-SHA256 of a text under a key, in hexadecimal. */
  public static String hex(String secret, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
