package dev.ripcord.probe.page.text;

import java.util.HashMap;
import java.util.Map;

/**
 * Understands the values of the labels that say how a request ended: status numbers, their classes,
 * and the words that services use instead. What it does not know is {@link
 * RequestResult#NOT_UNDERSTOOD}, never a success.
 */
public final class StatusText {
  private static final byte[] HTTP = {'h', 't', 't', 'p'};
  private static final int WORD_MAX = 24;
  private static final int FAILED = 1;
  private static final int SUCCEEDED = 2;

  /** Words in lower case, without blanks, hyphens and underscores. */
  private static final NameTable WORDS = new NameTable(words());

  private StatusText() {}

  /**
   * A status number or class: {@code 200}, {@code 5xx}, {@code 500.0}, {@code 500 Internal Server
   * Error}, {@code http_5xx}, and {@code 0}, which is how proxies write that there was no answer.
   */
  public static RequestResult number(byte[] bytes, int from, int to) {
    if (to - from == 3 && isPlain(bytes, from)) {
      return bytes[from] == '5' ? RequestResult.FAILED : RequestResult.SUCCEEDED;
    }
    int start = from;
    int end = to;
    while (start < end && bytes[start] == ' ') {
      start++;
    }
    while (end > start && bytes[end - 1] == ' ') {
      end--;
    }
    if (end - start == 1 && bytes[start] == '0') {
      return RequestResult.FAILED;
    }
    start = withoutHttp(bytes, start, end);
    boolean status =
        end - start >= 3
            && bytes[start] >= '1'
            && bytes[start] <= '5'
            && isDigitOrAny(bytes[start + 1])
            && isDigitOrAny(bytes[start + 2])
            && (end - start == 3 || !isLetterOrDigit(bytes[start + 3]));
    if (!status) {
      return RequestResult.NOT_UNDERSTOOD;
    }
    return bytes[start] == '5' ? RequestResult.FAILED : RequestResult.SUCCEEDED;
  }

  /** Three digits, which is what nearly every service writes. */
  private static boolean isPlain(byte[] bytes, int from) {
    byte second = bytes[from + 1];
    byte third = bytes[from + 2];
    return bytes[from] >= '1'
        && bytes[from] <= '5'
        && second >= '0'
        && second <= '9'
        && third >= '0'
        && third <= '9';
  }

  /** A word, in whatever case and with whatever between its parts: {@code SERVER_ERROR}. */
  public static RequestResult word(byte[] bytes, int from, int to) {
    byte[] letters = new byte[WORD_MAX];
    int length = 0;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '_' || b == '-' || b == ' ') {
        continue;
      }
      if (length == WORD_MAX) {
        return RequestResult.NOT_UNDERSTOOD;
      }
      letters[length++] = b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
    }
    return switch (WORDS.find(letters, 0, length)) {
      case FAILED -> RequestResult.FAILED;
      case SUCCEEDED -> RequestResult.SUCCEEDED;
      default -> RequestResult.NOT_UNDERSTOOD;
    };
  }

  /** The place after {@code http} and what separates it from the number. */
  private static int withoutHttp(byte[] bytes, int from, int to) {
    if (to - from < HTTP.length + 1) {
      return from;
    }
    for (int i = 0; i < HTTP.length; i++) {
      if ((bytes[from + i] | 0x20) != HTTP[i]) {
        return from;
      }
    }
    byte separator = bytes[from + HTTP.length];
    boolean separated = separator == '_' || separator == '-' || separator == ' ';
    return from + HTTP.length + (separated ? 1 : 0);
  }

  private static boolean isDigitOrAny(byte b) {
    return (b >= '0' && b <= '9') || (b | 0x20) == 'x' || b == '*';
  }

  private static boolean isLetterOrDigit(byte b) {
    return (b >= '0' && b <= '9') || ((b | 0x20) >= 'a' && (b | 0x20) <= 'z');
  }

  /** The codes of gRPC are here too; which of them are failures follows OpenTelemetry. */
  private static Map<String, Integer> words() {
    Map<String, Integer> words = new HashMap<>();
    put(words, FAILED, "error", "err", "fail", "failed", "failure", "fault", "exception", "panic");
    put(words, FAILED, "servererror", "internalservererror", "internalerror", "internal");
    put(words, FAILED, "timeout", "timedout", "gatewaytimeout", "deadlineexceeded", "badgateway");
    put(words, FAILED, "unavailable", "serviceunavailable", "notimplemented", "unimplemented");
    put(words, FAILED, "dataloss");
    put(words, SUCCEEDED, "success", "successful", "succeeded", "ok", "created", "accepted");
    put(words, SUCCEEDED, "nocontent", "informational", "redirection", "redirect", "notmodified");
    put(words, SUCCEEDED, "clienterror", "badrequest", "unauthorized", "forbidden", "notfound");
    put(words, SUCCEEDED, "conflict", "toomanyrequests", "invalidargument", "alreadyexists");
    put(words, SUCCEEDED, "permissiondenied", "unauthenticated", "failedprecondition");
    put(words, SUCCEEDED, "outofrange", "resourceexhausted", "canceled", "cancelled", "aborted");
    return words;
  }

  private static void put(Map<String, Integer> words, int meaning, String... all) {
    for (String word : all) {
      words.put(word, meaning);
    }
  }
}
