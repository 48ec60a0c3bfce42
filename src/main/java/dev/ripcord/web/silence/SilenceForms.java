package dev.ripcord.web.silence;

import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.port.Alert;
import dev.ripcord.release.PersonName;
import dev.ripcord.release.ServiceName;
import dev.ripcord.silence.Silence;
import dev.ripcord.silence.SilenceScope;
import dev.ripcord.silence.Silences;
import dev.ripcord.web.access.Caller;
import dev.ripcord.web.page.Html;
import dev.ripcord.web.page.PageFrame;
import dev.ripcord.web.page.PageFrame.Follows;
import dev.ripcord.web.page.PageFrame.Page;
import dev.ripcord.web.page.SilenceMark;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The silences that hold, and the buttons to begin and to end one. Each button is a link to a page
 * that asks once more; the script of the page asks in a dialog instead.
 *
 * @param caller who looks at the page; empty where they have not signed in
 * @param now for what depends on the time
 */
public record SilenceForms(Optional<Caller> caller, Instant now) {
  /** What one must be to silence. */
  public static final Role ROLE = Role.OPERATOR;

  private static final Html CANCEL = Html.of("<button type=\"button\" data-close>Cancel</button>");

  private static final List<Map.Entry<String, String>> TIMES =
      List.of(
          Map.entry("30m", "30 minutes"),
          Map.entry("1h", "1 hour"),
          Map.entry("2h", "2 hours"),
          Map.entry("4h", "4 hours"),
          Map.entry("8h", "8 hours"),
          Map.entry("1d", "1 day"),
          Map.entry("3d", "3 days"),
          Map.entry("7d", "7 days"));

  private boolean may() {
    return caller.filter(it -> it.may(ROLE)).isPresent();
  }

  /** On the page of a service: those that hold for it, and a button for another one. */
  public Html onService(ServiceName service, List<Silence> holding) {
    String to = "services/" + service;
    String base = PageFrame.base(1);
    return Html.of(
        "<div class=\"silences\" id=\"silences\">\n{}{}</div>\n",
        beginning(service, base, to),
        Html.join(
            holding.stream()
                .map(
                    each ->
                        Html.of(
                            "<div class=\"silence\" id=\"silence-{}\"><p><span"
                                + " class=\"silenced\">Its alerts are {}.</span> It is judged and"
                                + " rolled back all the same.</p>{}</div>\n",
                            each.id(),
                            SilenceMark.words(each, now),
                            ending(each, base, to)))));
  }

  private Html beginning(ServiceName service, String base, String to) {
    if (caller.isEmpty()) {
      return Html.of(
          "<p class=\"small\"><a href=\"{}sign-in?to=services%2F{}\">Sign in to silence its"
              + " alerts</a></p>\n",
          base, service);
    }
    if (!may()) {
      return Html.NOTHING;
    }
    return Html.of(
        """
        <form method="get" action="{}silences"><input type="hidden" name="services" value="{}"><input type="hidden" name="to" value="{}">\
        <button id="ask-silence" type="submit" class="quiet" data-dialog="dialog-silence">Silence alerts…</button></form>
        <dialog id="dialog-silence" aria-labelledby="title-silence">
        <h2 id="title-silence">Silence the alerts of {}?</h2>
        {}</dialog>
        """,
        base,
        service,
        to,
        service,
        form(SilenceDraft.of(service.text(), to), new Place(base, "-silence", true, CANCEL)));
  }

  /**
   * Where a form stands.
   *
   * @param base the way to {@code /}
   * @param suffix what makes the ids of its fields its own
   * @param isFixed whether the services are not to be chosen
   * @param cancel how to leave it
   */
  private record Place(String base, String suffix, boolean isFixed, Html cancel) {}

  private Html form(SilenceDraft draft, Place place) {
    return Html.of(
        """
        <p>{}</p>
        <form class="fields" method="post" action="{}silences">
        <input type="hidden" name="to" value="{}">
        {}<p><label for="for{}">For how long</label><select id="for{}" name="for">{}</select></p>
        <p><label for="kind{}">Which alerts</label><select id="kind{}" name="kind">{}</select></p>
        <p><label for="reason{}">Why, for those who look</label><input id="reason{}" name="reason" value="{}" required maxlength="{}" autocomplete="off"></p>
        {}<div class="decisions">{}<button type="submit" class="primary">Silence alerts</button></div>
        </form>
        """,
        "They are kept and not sent until the silence ends; what still holds is sent then. Releases"
            + " are judged and rolled back all the same. What waits for a person is sent, unless it"
            + " is chosen here: "
            + Silence.HEARD.stream()
                .sorted()
                .map(Alert.Kind::text)
                .collect(Collectors.joining(", "))
            + ".",
        place.base(),
        draft.to(),
        services(draft, place),
        place.suffix(),
        place.suffix(),
        options(TIMES, draft.time()),
        place.suffix(),
        place.suffix(),
        options(kinds(), draft.kind()),
        place.suffix(),
        place.suffix(),
        draft.reason(),
        Silence.REASON_MAX,
        name(draft.by(), place.suffix()),
        place.cancel());
  }

  private static Html services(SilenceDraft draft, Place place) {
    return place.isFixed()
        ? Html.of("<input type=\"hidden\" name=\"services\" value=\"{}\">\n", draft.services())
        : Html.of(
            "<p><label for=\"services{}\">Whose alerts</label><input id=\"services{}\""
                + " name=\"services\" value=\"{}\" required maxlength=\"64\" autocomplete=\"off\""
                + " autocapitalize=\"none\" spellcheck=\"false\""
                + " aria-describedby=\"whose{}\"><small class=\"muted\" id=\"whose{}\">a service;"
                + " those whose names begin alike: shop-*; all: *</small></p>\n",
            place.suffix(),
            place.suffix(),
            draft.services(),
            place.suffix(),
            place.suffix());
  }

  /** Who asks: known by the name of the token, else asked for, since a silence has an author. */
  private Html name(String by, String suffix) {
    return caller
        .flatMap(Caller::name)
        .map(
            name -> Html.of("<p class=\"muted small\">The journal writes down: by {}.</p>\n", name))
        .orElseGet(
            () ->
                Html.of(
                    "<p><label for=\"by{}\">Your name, for the journal</label><input id=\"by{}\""
                        + " name=\"by\" value=\"{}\" required maxlength=\"{}\""
                        + " autocomplete=\"name\"></p>\n",
                    suffix,
                    suffix,
                    by,
                    PersonName.LENGTH_MAX));
  }

  private static List<Map.Entry<String, String>> kinds() {
    return Stream.concat(
            Stream.of(Map.entry("", "All but those that wait for a person")),
            Alert.Kind.firing().stream()
                .sorted()
                .map(kind -> Map.entry(kind.text(), "Only " + kind.text())))
        .toList();
  }

  private static Html options(List<Map.Entry<String, String>> all, String chosen) {
    return Html.join(
        all.stream()
            .map(
                each ->
                    Html.of(
                        "<option value=\"{}\"{}>{}</option>",
                        each.getKey(),
                        each.getKey().equals(chosen) ? Html.of(" selected") : Html.NOTHING,
                        each.getValue())));
  }

  private Html ending(Silence silence, String base, String to) {
    if (!may()) {
      return Html.NOTHING;
    }
    long id = silence.id();
    return Html.of(
        """
        <form method="get" action="{}silences/{}/end"><input type="hidden" name="to" value="{}">\
        <button id="ask-end-{}" type="submit" class="quiet" data-dialog="dialog-end-{}">End…</button></form>
        <dialog id="dialog-end-{}" aria-labelledby="title-end-{}">
        <h2 id="title-end-{}">{}</h2>
        {}</dialog>
        """,
        base,
        id,
        to,
        id,
        id,
        id,
        id,
        id,
        question(silence),
        end(silence, base, to, "", CANCEL));
  }

  private static String question(Silence silence) {
    return "End the silence of " + silence.scope() + "?";
  }

  private Html end(Silence silence, String base, String to, String by, Html cancel) {
    return Html.of(
        """
        <p>It was asked for by {}: {}. {} Alerts are sent again from now on, and what was held back and still holds is sent now.</p>
        <form class="fields" method="post" action="{}silences/{}/end">
        <input type="hidden" name="to" value="{}">
        {}<div class="decisions">{}<button type="submit" class="primary">Yes, end it</button></div>
        </form>
        """,
        silence.by(),
        silence.reason(),
        held(silence),
        base,
        silence.id(),
        to,
        name(by, "-end-" + silence.id()),
        cancel);
  }

  private static String held(Silence silence) {
    return switch (silence.held()) {
      case 0 -> "It has held nothing back.";
      case 1 -> "It has held 1 alert back.";
      default -> "It has held " + silence.held() + " alerts back.";
    };
  }

  /**
   * {@code /silences}: those that hold, and the form for another one.
   *
   * @param wrong why what was asked for was not done
   */
  public Page page(Silences silences, SilenceDraft draft, Optional<String> wrong, Html account) {
    Html main =
        Html.join(
            Html.of("<h1>Silences</h1>\n<p class=\"lead\">{}</p>\n", count(silences)),
            wrong
                .map(
                    why ->
                        Html.of("<p class=\"alarm\" role=\"alert\">✖ Not silenced: {}</p>\n", why))
                .orElse(Html.NOTHING),
            list(silences),
            another(draft));
    return new Page("Silences", 0, Follows.SILENCES, account, main);
  }

  private static String count(Silences silences) {
    return switch (silences.all().size()) {
      case 0 -> "No silence holds: every alert is sent.";
      case 1 -> "1 silence holds. What it holds back is kept, not lost.";
      default -> silences.all().size() + " silences hold. What they hold back is kept, not lost.";
    };
  }

  private Html list(Silences silences) {
    if (silences.all().isEmpty()) {
      return Html.NOTHING;
    }
    return Html.of(
        "<ul class=\"holding\">\n{}</ul>\n", Html.join(silences.all().stream().map(this::item)));
  }

  private Html item(Silence silence) {
    return Html.of(
        "<li class=\"silence\" id=\"silence-{}\"><p><b>{}</b> {}. <span"
            + " class=\"muted\">{}</span></p>{}</li>\n",
        silence.id(),
        whose(silence.scope()),
        SilenceMark.words(silence, now),
        held(silence),
        ending(silence, PageFrame.base(0), "silences"));
  }

  private static Html whose(SilenceScope scope) {
    return scope.text().endsWith("*")
        ? Html.text(scope.toString())
        : Html.of("<a href=\"services/{}\">{}</a>", scope.text(), scope);
  }

  private Html another(SilenceDraft draft) {
    if (caller.isEmpty()) {
      return Html.of(
          "<p class=\"decisions\"><a class=\"button\" href=\"sign-in?to=silences\">Sign in to"
              + " silence</a> <span class=\"muted small\">The role {} is needed.</span></p>\n",
          ROLE.text());
    }
    if (!may()) {
      Caller who = caller.get();
      return Html.of(
          "<p class=\"muted\">To silence, the role {} is needed; {} has the role {}.</p>\n",
          ROLE.text(),
          who.whose(),
          who.role().text());
    }
    return Html.of(
        "<h2>Silence alerts</h2>\n<div class=\"card narrow\">\n{}</div>\n",
        form(draft, new Place(PageFrame.base(0), "", false, Html.NOTHING)));
  }

  /**
   * The page that asks before a silence is ended, for a browser without JavaScript.
   *
   * @param to the page to come back to
   * @param wrong why it was not done
   */
  public Page endPage(Silence silence, String to, Optional<String> wrong, Html account) {
    String base = PageFrame.base(2);
    Html main =
        Html.of(
            "<h1>{}</h1>\n{}<div class=\"card narrow\">\n{}</div>\n",
            question(silence),
            wrong
                .map(why -> Html.of("<p class=\"alarm\" role=\"alert\">✖ Not ended: {}</p>\n", why))
                .orElse(Html.NOTHING),
            end(
                silence,
                base,
                to,
                "",
                Html.of("<a class=\"button\" href=\"{}{}\">Cancel</a>", base, to)));
    return new Page(question(silence), 2, Follows.NOTHING, account, main);
  }

  /** The page for a silence that does not hold. */
  public static Page over(Html account) {
    Html main =
        Html.of(
            "<h1>It is over</h1>\n<p class=\"lead\">That silence does not hold any more. See <a"
                + " href=\"{}silences\">those that do</a>.</p>\n",
            PageFrame.base(2));
    return new Page("Silence", 2, Follows.NOTHING, account, main);
  }
}
