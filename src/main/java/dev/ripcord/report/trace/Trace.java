package dev.ripcord.report.trace;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Spans that belong together.
 *
 * @param traceId 32 hexadecimal digits
 * @param resource what they are about; values are text, whole numbers or truth values
 * @param spans the root first
 */
public record Trace(String traceId, Map<String, Object> resource, List<Span> spans) {
  public Trace {
    resource = Map.copyOf(resource);
    spans = List.copyOf(spans);
  }

  /**
   * Something that took time.
   *
   * @param id 16 hexadecimal digits
   * @param parent the id of the span that it is a part of; empty for a root
   * @param end not before {@code begin}
   * @param attributes values are text, whole numbers or truth values
   * @param moments what happened meanwhile
   * @param status how it went
   */
  public record Span(
      String id,
      Optional<String> parent,
      String name,
      Instant begin,
      Instant end,
      Map<String, Object> attributes,
      List<Happening> moments,
      Status status) {
    public Span {
      end = end.isBefore(begin) ? begin : end;
      attributes = Map.copyOf(attributes);
      moments = List.copyOf(moments);
    }
  }

  /** Something that happened at one instant. */
  public record Happening(Instant at, String name, Map<String, Object> attributes) {
    public Happening {
      attributes = Map.copyOf(attributes);
    }
  }

  /**
   * How it went.
   *
   * @param text what went wrong, in one line; empty where nothing did
   */
  public record Status(Code code, String text) {
    static final Status UNSET = new Status(Code.UNSET, "");
    static final Status OK = new Status(Code.OK, "");

    static Status error(String text) {
      return new Status(Code.ERROR, text.lines().findFirst().orElse(""));
    }
  }

  /** The codes of OpenTelemetry, by their numbers. */
  public enum Code {
    UNSET(0),
    OK(1),
    ERROR(2);

    private final int number;

    Code(int number) {
      this.number = number;
    }

    /** As the protocol writes it. */
    public int number() {
      return number;
    }
  }
}
