package dev.ripcord.config.file;

import dev.ripcord.config.DatabaseUrl;
import dev.ripcord.config.Durations;
import dev.ripcord.config.HttpUrl;
import dev.ripcord.config.Listen;
import dev.ripcord.config.MailServer;
import dev.ripcord.config.Quoted;
import dev.ripcord.config.SeriesSelector;
import dev.ripcord.config.connection.ProxyServer;
import dev.ripcord.health.Bound;
import dev.ripcord.health.Breaches;
import dev.ripcord.health.Ratio;
import dev.ripcord.release.PersonName;
import dev.ripcord.release.Secret;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kinds of value that the configuration knows. */
final class Types {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,6}(?:\\.\\d{1,9})?");
  private static final Pattern SRV =
      Pattern.compile("srv://[A-Za-z0-9._-]+/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*");
  private static final Pattern COUNT = Pattern.compile("\\d{1,9}");
  private static final Pattern SIZE_FORM = Pattern.compile("(\\d{1,9})(MB|GB)");
  private static final Pattern BREACHES_FORM = Pattern.compile("\\d{1,3}(?: +of +\\d{1,3})?");

  private static final Pattern TIMES_BASELINE =
      Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3})?)x baseline");
  private static final Pattern MAIL =
      Pattern.compile("[^\\s@<>(),;:\"]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?");
  private static final Pattern BASELINE_PLUS = Pattern.compile("baseline \\+ (.+)");

  static final Type<Duration> DURATION =
      Type.one("duration", form(Durations.FORM), Durations::parse);
  static final Type<Duration> POSITIVE =
      Type.one("duration above 0", form(Durations.FORM), Durations::parsePositive);
  static final Type<Ratio> RATIO = Type.one("ratio", ratio(1), Types::ratio);
  static final Type<Ratio> POSITIVE_RATIO =
      Type.one("ratio above 0", ratio(1), Types::positiveRatio);
  static final Type<Bound> ERROR_LIMIT =
      Type.one(
          "ratio above 0, or relative",
          limit(ratio(1)),
          text -> bound(text, each -> positiveRatio(each).value()));
  static final Type<Bound> SHARE_LIMIT = ERROR_LIMIT;
  static final Type<Bound> CPU_LIMIT =
      Type.one(
          "ratio above 0, also above 100%, or relative",
          limit(ratio(1)), text -> bound(text, Types::cpu));
  static final Type<Bound> LATENCY_LIMIT =
      Type.one(
          "duration above 0, or relative",
          limit(form(Durations.FORM)),
          text -> bound(text, Types::seconds));
  static final Type<Bound> OWN_SHARE_LIMIT =
      Type.one("ratio above 0", ratio(1), text -> new Bound(0, positiveRatio(text).value()));
  static final Type<Bound> OWN_TIME_LIMIT =
      Type.one("duration above 0", form(Durations.FORM), text -> new Bound(0, seconds(text)));
  static final Type<Ratio> OBJECTIVE =
      Type.one("ratio above 0, below 100%", ratio(1), Types::objective);
  static final Type<Integer> AT_LEAST_ONE =
      Type.one("whole number from 1", number("integer", 1), Types::count);
  static final Type<Breaches> BREACHES =
      Type.one(
          "3, or 3 of 5",
          Map.of(
              "anyOf",
              List.of(
                  Map.of("type", "integer", "minimum", 1, "maximum", 20),
                  form(BREACHES_FORM.pattern()))),
          Types::breaches);
  static final Type<Boolean> FLAG =
      Type.one(
          "true or false",
          Map.of("anyOf", List.of(Map.of("type", "boolean"), form("true|false"))),
          Types::flag);
  static final Type<Long> SIZE =
      Type.one("size: 500MB, 2GB", form(SIZE_FORM.pattern()), Types::size);
  static final Type<String> TEXT =
      Type.one("text", Map.of("type", List.of("string", "number")), Types::text);
  static final Type<Path> PATH = Type.one("path", Map.of("type", "string"), Types::path);
  static final Type<Listen> ADDRESS =
      Type.one("host:port", form("(?:\\[.+\\]|[A-Za-z0-9._-]+):\\d{1,5}"), Listen::parse);
  static final Type<URI> URL =
      new Type<>(
          "URL", Type.Shape.ONE_OR_EMPTY, form("(?:[Hh][Tt][Tt][Pp][Ss]?://.+)?"), Types::url);
  static final Type<URI> URLS =
      new Type<>(
          "URL, or a list of them",
          Type.Shape.ONE_OR_LIST,
          oneOrMore("(?:(?:[Hh][Tt][Tt][Pp][Ss]?|srv)://.+)?", "[Hh][Tt][Tt][Pp][Ss]?://.+"),
          Types::pages);
  static final Type<SeriesSelector> SELECTOR =
      Type.one(
          "metric{label=\"value\",…}",
          Map.of("type", "string"),
          text -> described(text, SeriesSelector::parse));
  static final Type<List<SeriesSelector.Matcher>> MATCHERS =
      Type.one(
          "label=\"value\",…",
          Map.of("type", "string"),
          text -> described(text, SeriesSelector::parseMatchers));
  static final Type<String> POINTER =
      Type.one("JSON Pointer", form("/.*"), text -> described(text, Types::pointer));
  static final Type<Secret> SECRET_URL =
      Type.secret("secret URL", form("(?:[Hh][Tt][Tt][Pp][Ss]?://.+)?"), Types::secretUrl);
  static final Type<Secret> SECRET_URLS =
      new Type<>(
          "secret URL, or a list of them",
          Type.Shape.ONE_OR_LIST,
          oneOrMore("(?:[Hh][Tt][Tt][Pp][Ss]?://.+)?", "[Hh][Tt][Tt][Pp][Ss]?://.+"),
          text -> SECRET_URL.parse().apply(text));
  static final Type<MailServer> MAIL_SERVER =
      Type.one("mail server", form("smtps?://.+"), Types::mailServer);
  static final Type<String> MAIL_ADDRESS =
      Type.one("mail address", form(MAIL.pattern()), Types::mailAddress);
  static final Type<String> MAIL_ADDRESSES =
      new Type<>(
          "mail address, or a list of them",
          Type.Shape.ONE_OR_LIST,
          oneOrMore(MAIL.pattern(), MAIL.pattern()),
          Types::mailAddress);
  static final Type<Secret> DATABASE =
      Type.secret("database URL (secret)", form("(?:postgres(?:ql)?://.+)?"), DatabaseUrl::parse);
  static final Type<Secret> PROXY =
      Type.secret("proxy (secret)", form("(?:(?:http|socks5h?)://.+)?"), Types::proxy);
  static final Type<String> SERVER_NAME =
      Type.one("host name", form("[A-Za-z0-9.-]+"), Types::serverName);
  static final Type<Secret> TOKEN =
      Type.secret("secret", Map.of("type", List.of("string", "number")), Types::token);
  static final Type<String> PERSON = Type.one("name", Map.of("type", "string"), PersonName::parse);
  static final Type<String> COMMAND =
      new Type<>(
          "list: program, argument…",
          Type.Shape.LIST,
          Map.of("type", "array", "items", Map.of("type", List.of("string", "number"))),
          text -> text);
  static final Type<Secret> HEADERS =
      new Type<>("map: name to secret", Type.Shape.SECRETS, headers(), Types::header);

  private Types() {}

  static <E extends Enum<E>> Type<E> choice(E[] values, Function<E, String> spelling) {
    List<String> words = Arrays.stream(values).map(spelling).toList();
    return Type.one(
        words.stream().map(word -> "`" + word + "`").collect(Collectors.joining(" \\| ")),
        form(String.join("|", words)),
        text -> {
          int at = words.indexOf(text);
          if (at < 0) {
            throw new IllegalArgumentException(
                Quoted.of(text) + " is not one of " + String.join(", ", words));
          }
          return values[at];
        });
  }

  /** Text of a form, or anything that is still to be filled in. */
  private static Map<String, Object> form(String pattern) {
    return Map.of("type", "string", "pattern", "^(?:" + pattern + ")$|\\$\\{");
  }

  /** A text of one form, or a list of texts of another. */
  private static Map<String, Object> oneOrMore(String one, String each) {
    return Map.of(
        "anyOf", List.of(form(one), Map.of("type", "array", "minItems", 1, "items", form(each))));
  }

  private static Map<String, Object> number(String type, int least) {
    return Map.of("anyOf", List.of(Map.of("type", type, "minimum", least), form("\\d{1,9}")));
  }

  private static Map<String, Object> ratio(int most) {
    return Map.of(
        "anyOf",
        List.of(
            Map.of("type", "number", "minimum", 0, "maximum", most),
            form("\\d{1,6}(?:\\.\\d{1,9})?%?")));
  }

  private static Map<String, Object> headers() {
    Map<String, Object> file =
        Map.of(
            "type",
            "object",
            "required",
            List.of("file"),
            "additionalProperties",
            false,
            "properties",
            Map.of("file", Map.of("type", "string")));
    return Map.of(
        "type",
        "object",
        "additionalProperties",
        Map.of("anyOf", List.of(Map.of("type", List.of("string", "number")), file)));
  }

  private static ProxyServer proxy(String text) {
    try {
      return ProxyServer.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("*** " + e.getMessage(), e);
    }
  }

  private static String serverName(String text) {
    if (!text.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?") || text.contains("..")) {
      throw new IllegalArgumentException(
          Quoted.of(text) + " is not the name of a host, such as shop.internal");
    }
    return text;
  }

  private static Ratio ratio(String text) {
    String digits = text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
    if (!NUMBER.matcher(digits).matches()) {
      throw new IllegalArgumentException(Quoted.of(text) + " is not a ratio; write 5% or 0.05");
    }
    return Ratio.parse(text);
  }

  private static long size(String text) {
    Matcher matcher = SIZE_FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(Quoted.of(text) + " is not a size; write 500MB or 2GB");
    }
    return Long.parseLong(matcher.group(1)) << (matcher.group(2).equals("GB") ? 30 : 20);
  }

  /** As {@link #SIZE} reads it. */
  static String sizeText(long bytes) {
    return bytes % (1L << 30) == 0 ? (bytes >> 30) + "GB" : (bytes >> 20) + "MB";
  }

  private static Ratio positiveRatio(String text) {
    Ratio ratio = ratio(text);
    if (ratio.millionths() == 0) {
      throw new IllegalArgumentException(Quoted.of(text) + " must be above 0%");
    }
    return ratio;
  }

  private static Ratio objective(String text) {
    Ratio objective = positiveRatio(text);
    if (objective.value() >= 1) {
      throw new IllegalArgumentException(
          Quoted.of(text) + " leaves no error to spend; write 99.9%, or another below 100%");
    }
    return objective;
  }

  private static double seconds(String text) {
    return Durations.parsePositive(text).toMillis() / 1000.0;
  }

  /** A limit of its own, or one that follows from what was measured before the release. */
  private static Bound bound(String text, Function<String, Double> own) {
    Matcher times = TIMES_BASELINE.matcher(text);
    if (times.matches()) {
      double factor = Double.parseDouble(times.group(1));
      if (factor <= 1) {
        throw new IllegalArgumentException(
            Quoted.of(text)
                + " is reached by a release that is as the one before; write more"
                + " than 1x, such as 2x baseline");
      }
      return new Bound(factor, 0);
    }
    Matcher plus = BASELINE_PLUS.matcher(text);
    if (plus.matches()) {
      return new Bound(1, own.apply(plus.group(1)));
    }
    if (text.contains("baseline")) {
      throw new IllegalArgumentException(
          Quoted.of(text)
              + " is not a relative limit; write 2x baseline, or baseline + and a"
              + " value");
    }
    return new Bound(0, own.apply(text));
  }

  /** The same form, or a relative limit. */
  private static Map<String, Object> limit(Map<String, Object> own) {
    return Map.of(
        "anyOf", List.of(own, form("\\d{1,3}(?:\\.\\d{1,3})?x baseline|baseline \\+ .+")));
  }

  /** A share of CPUs: two of them are 200%. */
  private static double cpu(String text) {
    boolean percent = text.endsWith("%");
    String digits = percent ? text.substring(0, text.length() - 1) : text;
    if (!NUMBER.matcher(digits).matches()) {
      throw new IllegalArgumentException(Quoted.of(text) + " is not a ratio; write 90% or 0.9");
    }
    BigDecimal value = new BigDecimal(digits).movePointLeft(percent ? 2 : 0);
    if (value.signum() == 0) {
      throw new IllegalArgumentException(Quoted.of(text) + " must be above 0%");
    }
    if (!percent && value.compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException(
          Quoted.of(text) + " is above 1; with more than one CPU write it as 250%");
    }
    return value.doubleValue();
  }

  private static int count(String text) {
    if (!COUNT.matcher(text).matches() || Integer.parseInt(text) < 1) {
      throw new IllegalArgumentException(
          Quoted.of(text) + " is not a whole number from 1 to 999999999");
    }
    return Integer.parseInt(text);
  }

  private static Breaches breaches(String text) {
    if (!BREACHES_FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(Quoted.of(text) + " is not a count; write 3, or 3 of 5");
    }
    try {
      return Breaches.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          Quoted.of(text) + " cannot be reached; write 3, or 3 of 5, of 20 at most", e);
    }
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(Quoted.of(text) + " is not true or false");
    };
  }

  private static String text(String text) {
    if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(Quoted.of(text) + " is not a text on one line");
    }
    return text;
  }

  static Path path(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("is empty; a path is needed");
    }
    if (text.startsWith("~")) {
      throw new IllegalArgumentException(
          Quoted.of(text) + " begins with ~, which is not expanded; write ${HOME} or a full path");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(Quoted.of(text) + " is not a path", e);
    }
  }

  /** A page, or a DNS SRV name that lists where pages are. */
  private static URI pages(String text) {
    if (!text.startsWith("srv://")) {
      return url(text);
    }
    if (!SRV.matcher(text).matches()) {
      throw new IllegalArgumentException(
          Quoted.of(text)
              + " is no SRV name with a path, as srv://_http._tcp.shop.internal/metrics");
    }
    return URI.create(text);
  }

  /** A parser whose message is a predicate of the text. */
  private static <T> T described(String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(Quoted.of(text) + " " + e.getMessage(), e);
    }
  }

  /**
   * RFC 6901: {@code ~} stands for itself only as {@code ~0}, {@code /} in a name as {@code ~1}.
   */
  private static String pointer(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException("is not a JSON Pointer: it begins with /, as /http/all");
    }
    if (text.replace("~0", "").replace("~1", "").contains("~")) {
      throw new IllegalArgumentException(
          "is not a JSON Pointer: write ~0 for ~ and ~1 for / in a name");
    }
    return text;
  }

  private static URI url(String text) {
    URI url = uri(text, Quoted.of(withoutUser(text)));
    if (url.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          Quoted.of(withoutUser(text))
              + " must not carry a user or password, which would be shown; write headers:"
              + " {Authorization: …}");
    }
    return url;
  }

  static URI secretUrl(String text) {
    return uri(text, "***");
  }

  private static URI uri(String text, String shown) {
    try {
      return HttpUrl.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(shown + " " + e.getMessage(), e);
    }
  }

  private static String withoutUser(String text) {
    return text.replaceFirst("//.*@", "//***@");
  }

  private static MailServer mailServer(String text) {
    try {
      return MailServer.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(Quoted.of(withoutUser(text)) + " " + e.getMessage(), e);
    }
  }

  private static String mailAddress(String text) {
    if (!MAIL.matcher(text).matches()) {
      throw new IllegalArgumentException(
          Quoted.of(text) + " is not a mail address; write oncall@example.com");
    }
    return text;
  }

  private static String token(String text) {
    if (text.isBlank() || text.chars().anyMatch(c -> c <= ' ' || c >= 127)) {
      throw new IllegalArgumentException(
          "*** is not a token: letters, digits and signs without spaces");
    }
    return text;
  }

  private static Secret header(String text) {
    if (text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 127)) {
      throw new IllegalArgumentException("*** has a line break, which no header may have");
    }
    return new Secret(text);
  }
}
