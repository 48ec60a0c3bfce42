package dev.ripcord.web.silence;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the form for a silence: what somebody has typed, right or wrong.
 *
 * @param services whose alerts
 * @param time how long
 * @param kind only those of this kind; empty for all that may be silenced
 * @param reason why
 * @param by who asks; not asked of who has signed in with a token that has a name
 * @param to the page to come back to, relative to {@code /}
 */
public record SilenceDraft(
    String services, String time, String kind, String reason, String by, String to) {
  private static final String USUAL = "2h";

  /** Nothing typed yet. */
  public static SilenceDraft of(String services, String to) {
    return new SilenceDraft(services, USUAL, "", "", "", to);
  }

  /** What came by the form, each field by its name. */
  public static SilenceDraft of(Function<String, @Nullable String> field) {
    Function<String, String> text =
        name -> {
          String value = field.apply(name);
          return value == null ? "" : value.strip();
        };
    return new SilenceDraft(
        text.apply("services"),
        text.apply("for"),
        text.apply("kind"),
        text.apply("reason"),
        text.apply("by"),
        text.apply("to"));
  }
}
