package dev.ripcord.probe.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.http.Answer.Answered;
import dev.ripcord.probe.http.Answer.Broken;
import dev.ripcord.probe.http.Answer.Extent;
import dev.ripcord.probe.http.Exchange;
import dev.ripcord.probe.http.ProbeExchange;
import dev.ripcord.probe.http.Target;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.Optional;

/** Asks for JSON and says what came of it. For one event loop. */
public final class JsonReader {
  private static final int BYTES_MAX = 4 * 1024 * 1024;
  private static final int DEPTH_MAX = 200;
  private static final Exchange.Manner MANNER =
      new Exchange.Manner(true, "application/json", false, BYTES_MAX);
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
              .build());

  private final ProbeExchange caller;

  public JsonReader(ProbeExchange caller) {
    this.caller = caller;
  }

  /** How a question ended. */
  public sealed interface Result {
    /**
     * There was an answer that is JSON.
     *
     * @param status its HTTP status
     */
    record Read(int status, JsonNode json) implements Result {}

    /**
     * There was none that can be read.
     *
     * @param status the HTTP status of an answer; empty without one
     * @param code why, for programs
     * @param text why, for people: a predicate of the source
     */
    record Unread(Optional<Integer> status, Reason.Code code, String text) implements Result {}
  }

  /** The clock of {@link #get}'s answers, for windows. */
  public long nanos() {
    return caller.client().nanos();
  }

  /** The client behind, for its time of day. */
  public ProbeExchange caller() {
    return caller;
  }

  /** Asks. Never fails. */
  public Future<Result> get(Target target) {
    return caller
        .ask(target, MANNER)
        .map(
            answer ->
                switch (answer) {
                  case Broken broken ->
                      new Result.Unread(Optional.empty(), broken.code(), broken.text());
                  case Answered answered -> read(answered);
                });
  }

  private Result read(Answered answer) {
    try {
      int status = answer.status();
      Optional<Integer> known = Optional.of(status);
      if (status == 401 || status == 403) {
        return new Result.Unread(
            known,
            Reason.Code.UNAUTHORIZED,
            "answered " + status + ": it wants credentials; set them under headers");
      }
      if (answer.extent() == Extent.CAPPED) {
        return new Result.Unread(known, Reason.Code.BODY, "is larger than 4 MiB");
      }
      JsonNode json = JSON.readTree(answer.body().bytes(), 0, answer.body().length());
      return json == null || json.isMissingNode()
          ? unread(known, status, "is empty")
          : new Result.Read(status, json);
    } catch (IOException e) {
      return unread(Optional.of(answer.status()), answer.status(), "is not JSON");
    } finally {
      caller.client().giveBack(answer.body());
    }
  }

  private static Result unread(Optional<Integer> known, int status, String what) {
    return status == 200
        ? new Result.Unread(known, Reason.Code.PARSE, what)
        : new Result.Unread(known, Reason.Code.STATUS, "answered " + status);
  }
}
