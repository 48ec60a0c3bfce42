package dev.ripcord.report.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One CDEvent, of version {@value #SPEC_VERSION} of that specification, and how it goes into an
 * HTTP request as a CloudEvent.
 *
 * @param id the same however often it is sent
 * @param type what happened, with the version of that kind of event
 * @param source who says so, a URI reference
 * @param subject the id of what it happened to
 * @param at when it happened
 * @param body the whole event
 */
public record CdEvent(
    String id, String type, String source, String subject, Instant at, ObjectNode body) {
  /** The version of CDEvents. */
  public static final String SPEC_VERSION = "0.5.1";

  /** What the body is, as the binding of CDEvents to CloudEvents asks for. */
  public static final String CONTENT_TYPE = "application/cdevents+json; charset=utf-8";

  /**
   * The headers of the request: the binary mode of CloudEvents over HTTP. What a header does not
   * take is percent-encoded, as that binding says.
   */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", CONTENT_TYPE);
    headers.put("ce-specversion", "1.0");
    headers.put("ce-id", encoded(id));
    headers.put("ce-source", encoded(source));
    headers.put("ce-type", encoded(type));
    headers.put("ce-subject", encoded(subject));
    headers.put("ce-time", Json.time(at));
    return headers;
  }

  /** Space, quotation mark, percent sign and all but visible ASCII go encoded. */
  private static String encoded(String value) {
    StringBuilder text = new StringBuilder();
    for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = each > ' ' && each < 0x7f && each != '"' && each != '%';
      if (plain) {
        text.append((char) each);
      } else {
        text.append("%%%02X".formatted(each & 0xff));
      }
    }
    return text.toString();
  }
}
