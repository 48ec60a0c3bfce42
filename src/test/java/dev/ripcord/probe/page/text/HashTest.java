package dev.ripcord.probe.page.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HashTest {
  @Test
  void sameBytes_hashAlikeWhereverTheyStand() {
    byte[] bytes = new byte[64];
    new Random(7).nextBytes(bytes);
    for (int length = 0; length <= 32; length++) {
      byte[] alone = Arrays.copyOfRange(bytes, 9, 9 + length);
      assertThat(Hash.of(bytes, 9, 9 + length))
          .as("length %d", length)
          .isEqualTo(Hash.of(alone, 0, length));
    }
  }

  @Test
  void differentBytes_hashDifferently() {
    Set<Long> hashes = new HashSet<>();
    byte[] bytes = new byte[20];
    for (int at = 0; at < bytes.length; at++) {
      for (int value = 1; value < 128; value++) {
        bytes[at] = (byte) value;
        hashes.add(Hash.of(bytes, 0, bytes.length));
      }
      bytes[at] = 0;
    }
    for (int length = 0; length <= bytes.length; length++) {
      hashes.add(Hash.of(bytes, 0, length));
    }
    assertThat(hashes).hasSize(20 * 127 + 21);
  }
}
