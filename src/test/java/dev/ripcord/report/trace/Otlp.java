package dev.ripcord.report.trace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.util.JsonFormat;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Reads what a receiver of OTLP is sent, by the definitions of that protocol. */
public final class Otlp {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Otlp() {}

  /** Fails for whatever those definitions do not know. Enums must be numbers, ids hexadecimal. */
  public static ExportTraceServiceRequest read(String body) {
    try {
      JsonNode tree = JSON.readTree(body);
      tree.findParents("spanId").forEach(span -> ids((ObjectNode) span));
      ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
      JsonFormat.parser().merge(tree.toString(), request);
      return request.build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one deviation from the JSON of Protocol Buffers, where bytes are base64. */
  private static void ids(ObjectNode span) {
    for (String name : List.of("traceId", "spanId", "parentSpanId")) {
      if (span.has(name)) {
        byte[] bytes = HexFormat.of().parseHex(span.get(name).asText());
        span.put(name, Base64.getEncoder().encodeToString(bytes));
      }
    }
    if (!span.get("kind").isInt() || !span.at("/status/code").isInt()) {
      throw new IllegalArgumentException("enums are numbers in OTLP: " + span);
    }
  }
}
