package dev.ripcord.web.page;

import com.google.errorprone.annotations.CompileTimeConstant;
import java.util.Collection;
import java.util.stream.Stream;

/**
 * A piece of HTML that is safe to send: its markup was written in this program, and every value in
 * it was escaped when it was put in.
 */
public final class Html {
  /** No markup at all. */
  public static final Html NOTHING = new Html("");

  private static final String PLACE = "{}";

  private final String markup;

  private Html(String markup) {
    this.markup = markup;
  }

  /**
   * Markup with values in it: each {@code {}} takes the next one. A value that is {@link Html} goes
   * in as it is; of everything else the text, escaped for between tags and for quoted attributes.
   *
   * @param form a constant, which the compiler sees to: nothing from outside can be markup
   * @throws IllegalArgumentException when there are not as many values as places
   */
  public static Html of(@CompileTimeConstant final String form, Object... values) {
    StringBuilder out = new StringBuilder(form.length() + 16 * values.length);
    int at = 0;
    for (Object value : values) {
      int place = form.indexOf(PLACE, at);
      if (place < 0) {
        throw new IllegalArgumentException("more values than places in " + form);
      }
      out.append(form, at, place);
      if (value instanceof Html html) {
        out.append(html.markup);
      } else {
        escape(String.valueOf(value), out);
      }
      at = place + PLACE.length();
    }
    if (form.indexOf(PLACE, at) >= 0) {
      throw new IllegalArgumentException("fewer values than places in " + form);
    }
    return new Html(out.append(form, at, form.length()).toString());
  }

  /** A text, escaped. */
  public static Html text(String text) {
    StringBuilder out = new StringBuilder(text.length());
    escape(text, out);
    return new Html(out.toString());
  }

  /** One after the other. */
  public static Html join(Collection<Html> parts) {
    return join(parts.stream());
  }

  /** One after the other. */
  public static Html join(Html... parts) {
    return join(Stream.of(parts));
  }

  /** One after the other. */
  public static Html join(Stream<Html> parts) {
    StringBuilder out = new StringBuilder();
    parts.forEach(part -> out.append(part.markup));
    return new Html(out.toString());
  }

  /** Whether there is nothing. */
  public boolean isEmpty() {
    return markup.isEmpty();
  }

  /** The markup. */
  @Override
  public String toString() {
    return markup;
  }

  private static void escape(String text, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
  }
}
