package dev.ripcord.platform.docker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DockerAnswerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // its network store is closed before its socket
        "500 | failed to update store for object type *libnetwork.endpoint: open : no such file |"
            + " true",
        "500 | database not open | true",
        "500 | write unix: use of closed network connection | true",
        "500 | rpc error: code = Unavailable desc = transport is closing | true",
        "503 | anything | true",
        "500 | driver failed programming external connectivity: port is already allocated | false",
        "400 | OCI runtime create failed: exec: /no/such: no such file or directory | false",
        "404 | database not open | false"
      })
  void c7_complaintOfAnEngineThatEnds_isNoAnswer(int status, String complaint, boolean ends) {
    Buffer body = new JsonObject().put("message", complaint).toBuffer();
    assertThat(new DockerSocket.Answer(status, body, Optional.empty()).isOfAnEngineThatEnds())
        .isEqualTo(ends);
  }
}
