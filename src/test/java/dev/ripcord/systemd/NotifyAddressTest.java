package dev.ripcord.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotifyAddressTest {
  @ParameterizedTest
  @CsvSource({"/run/systemd/notify, /run/systemd/notify0", "@/org/x, 0/org/x"})
  void address_ofAName_isAsTheKernelWantsIt(String name, String path) {
    byte[] address = NotifyAddress.of(name);
    assertThat(ByteBuffer.wrap(address).order(ByteOrder.nativeOrder()).getShort())
        .isEqualTo((short) 1);
    byte[] rest = Arrays.copyOfRange(address, Short.BYTES, address.length);
    assertThat(new String(rest, StandardCharsets.UTF_8).replace('\0', '0')).isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource({
    "run/notify, it is neither a path nor a name behind @",
    "vsock:2:1234, it is neither a path nor a name behind @"
  })
  void address_ofWhatIsNone_saysWhy(String name, String why) {
    assertThatThrownBy(() -> NotifyAddress.of(name)).hasMessage(why);
  }

  @Test
  void address_longerThanTheKernelTakes_isRefused() {
    assertThat(NotifyAddress.of("/" + "x".repeat(106))).hasSize(Short.BYTES + 108);
    assertThatThrownBy(() -> NotifyAddress.of("/" + "x".repeat(107)))
        .hasMessage("it is longer than 107 bytes");
  }
}
