package dev.ripcord.report.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.ripcord.report.Stories;
import dev.ripcord.report.WatchReport;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Written by us, read by the definitions of the protocol. */
class OtlpJsonTest {
  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  private static List<Span> spans(ExportTraceServiceRequest request) {
    return request.getResourceSpans(0).getScopeSpans(0).getSpansList();
  }

  @Test
  void trace_isReadAsItWasMeant() {
    WatchReport report = Stories.bad();
    Trace trace = WatchTrace.of(report, "j", "staging");

    ExportTraceServiceRequest request = Otlp.read(OtlpJson.of(trace).toString());

    assertThat(request.getResourceSpans(0).getResource().getAttributesList())
        .extracting(each -> each.getKey() + "=" + each.getValue().getStringValue())
        .containsExactly(
            "deployment.environment.name=staging", "service.name=shop", "service.version=v42");
    List<Span> spans = spans(request);
    assertThat(spans).hasSize(trace.spans().size());
    for (int i = 0; i < spans.size(); i++) {
      Trace.Span meant = trace.spans().get(i);
      Span read = spans.get(i);
      assertThat(hex(read.getTraceId())).isEqualTo(trace.traceId());
      assertThat(hex(read.getSpanId())).isEqualTo(meant.id());
      assertThat(hex(read.getParentSpanId())).isEqualTo(meant.parent().orElse(""));
      assertThat(read.getName()).isEqualTo(meant.name());
      assertThat(read.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_INTERNAL);
      assertThat(instant(read.getStartTimeUnixNano())).isEqualTo(meant.begin());
      assertThat(instant(read.getEndTimeUnixNano())).isEqualTo(meant.end());
      assertThat(read.getEventsCount()).isEqualTo(meant.moments().size());
      assertThat(read.getStatus().getCodeValue()).isEqualTo(meant.status().code().number());
    }
    assertThat(spans.getFirst().getStatus().getCode())
        .isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
    assertThat(spans.getFirst().getStatus().getMessage()).startsWith("rolled back, healthy again");
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000);
  }

  @Test
  void values_keepTheirTypes() {
    Trace.Span span =
        new Trace.Span(
            "b7ad6b7169203331",
            Optional.empty(),
            "watch",
            Instant.EPOCH,
            Instant.EPOCH.plusNanos(1),
            Map.of("a", "text \"ü\"", "b", Long.MAX_VALUE, "c", true),
            List.of(),
            Trace.Status.UNSET);
    Trace trace = new Trace("0af7651916cd43dd8448eb211c80319c", Map.of(), List.of(span));

    List<KeyValue> read =
        spans(Otlp.read(OtlpJson.of(trace).toString())).getFirst().getAttributesList();

    assertThat(read.get(0).getValue().getStringValue()).isEqualTo("text \"ü\"");
    assertThat(read.get(1).getValue().getIntValue()).isEqualTo(Long.MAX_VALUE);
    assertThat(read.get(2).getValue().getBoolValue()).isTrue();
  }

  @Test
  void emptyRequest_isOne() {
    assertThat(Otlp.read(OtlpJson.empty().toString()).getResourceSpansCount()).isZero();
  }

  @Test
  void reader_refusesWhatTheProtocolDoesNotKnow() {
    assertThatThrownBy(() -> Otlp.read("{\"resourceSpans\":[{\"spans\":[]}]}"))
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(InvalidProtocolBufferException.class);
  }
}
