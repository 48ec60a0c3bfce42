package dev.ripcord.web.release;

import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.report.WatchReport;
import dev.ripcord.web.access.Caller;
import dev.ripcord.web.page.Html;
import dev.ripcord.web.page.PageFrame;
import dev.ripcord.web.page.PageFrame.Follows;
import dev.ripcord.web.page.PageFrame.Page;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The buttons for what a person may decide. Each is a link to a page that asks once more; the
 * script of the page asks in a dialog instead.
 *
 * @param watch how the watch stands
 * @param report its story
 * @param caller who looks at the page; empty where they have not signed in
 * @param by the name that the journal writes down
 */
public record DecisionForms(
    WatchStatus watch, WatchReport report, Optional<Caller> caller, String by) {
  /** The buttons that fit the state and the role, and their dialogs. */
  Html buttons() {
    List<Decision> fitting = Decision.fitting(watch, report);
    if (fitting.isEmpty()) {
      return Html.NOTHING;
    }
    if (caller.isEmpty()) {
      return Html.of(
          "<p class=\"decisions\" id=\"decisions\"><a class=\"button\""
              + " href=\"../sign-in?to=releases%2F{}\">Sign in to decide</a> <span"
              + " class=\"muted small\">{}</span></p>\n",
          id(),
          "Who may: pause, abort, roll back with the role operator, approve with the role"
              + " approver.");
    }
    Caller who = caller.get();
    boolean approves = fitting.contains(Decision.APPROVE) && who.may(Decision.APPROVE.role());
    List<Decision> may =
        fitting.stream()
            .filter(each -> who.may(each.role()))
            // To approve is to roll back: two buttons for it are one to be afraid of.
            .filter(each -> !(approves && each == Decision.ROLLBACK))
            .toList();
    List<Decision> not = fitting.stream().filter(each -> !who.may(each.role())).toList();
    return Html.of(
        "<div class=\"decisions\" id=\"decisions\" role=\"group\" aria-label=\"Decide\">\n"
            + "{}{}</div>\n"
            + "{}",
        Html.join(may.stream().map(this::button)),
        not.isEmpty() ? Html.NOTHING : lacking(not, who),
        Html.join(may.stream().map(this::dialog)));
  }

  private static Html lacking(List<Decision> not, Caller who) {
    String needed =
        Stream.of(Role.values())
            .map(role -> names(not, role))
            .filter(names -> !names.isEmpty())
            .collect(Collectors.joining("; to "));
    return Html.of(
        "<span class=\"muted small\">To {}, {} has the role {}.</span>\n",
        needed,
        who.whose(),
        who.role().text());
  }

  private static String names(List<Decision> not, Role role) {
    String names =
        not.stream()
            .filter(each -> each.role() == role)
            .map(each -> each.label().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : names + ": the role " + role.text() + " is needed";
  }

  private Html button(Decision decision) {
    return Html.of(
        "<form method=\"get\" action=\"{}/{}\"><button id=\"ask-{}\" type=\"submit\""
            + " data-dialog=\"dialog-{}\"{}>{}…</button></form>\n",
        id(),
        decision.text(),
        decision.text(),
        decision.text(),
        style(decision),
        decision.label());
  }

  private static Html style(Decision decision) {
    return switch (decision) {
      case APPROVE -> Html.of(" class=\"primary\"");
      case ABORT, ROLLBACK -> Html.of(" class=\"danger\"");
      case RESUME, PAUSE -> Html.NOTHING;
    };
  }

  private Html dialog(Decision decision) {
    return Html.of(
        """
        <dialog id="dialog-{}" aria-labelledby="title-{}">
        <h2 id="title-{}">{}</h2>
        {}</dialog>
        """,
        decision.text(),
        decision.text(),
        decision.text(),
        decision.question(watch),
        form(decision, id() + "/" + decision.text(), false));
  }

  /** What will happen, and the form that does it. */
  private Html form(Decision decision, String action, boolean alone) {
    String suffix = alone ? "" : "-" + decision.text();
    return Html.of(
        """
        <p>{}</p>
        <form method="post" action="{}">
        {}<p class="muted small">{}</p>
        <div class="decisions">{}<button type="submit" class="{}">{}</button></div>
        </form>
        """,
        decision.consequence(watch, report),
        action,
        fields(decision, suffix),
        "The journal writes down: by " + by + ".",
        alone
            ? Html.of("<a class=\"button\" href=\"../{}\">Cancel</a>", id())
            : Html.of("<button type=\"button\" data-close>Cancel</button>"),
        decision == Decision.ABORT || decision == Decision.ROLLBACK ? "danger" : "primary",
        decision.confirm());
  }

  private static Html fields(Decision decision, String suffix) {
    return switch (decision) {
      case PAUSE ->
          Html.of(
              """
              <p><label for="for{}">For how long</label>
              <select id="for{}" name="for"><option value="15m">15 minutes</option><option value="1h" selected>1 hour</option><option value="4h">4 hours</option><option value="1d">1 day</option></select></p>
              """,
              suffix,
              suffix);
      case ROLLBACK ->
          Html.of(
              """
              <p class="check"><input type="checkbox" id="alone{}" name="imageOnly" value="true"> <label for="alone{}">The image alone: the schema stays as it is</label></p>
              """,
              suffix,
              suffix);
      case APPROVE, RESUME, ABORT -> Html.NOTHING;
    };
  }

  private long id() {
    return watch.row().id();
  }

  /** The page that asks, for a browser without JavaScript. */
  public Page page(Decision decision, Html account) {
    Html main =
        Html.of(
            "<h1>{}</h1>\n<div class=\"card\">\n{}</div>\n",
            decision.question(watch),
            form(decision, decision.text(), true));
    return new Page(decision.question(watch), 2, Follows.NOTHING, account, main);
  }

  /** The page for a release that is not there. */
  public static Page missing(String why, int depth, Html account) {
    Html main =
        Html.of(
            "<h1>? Not found</h1>\n<p class=\"lead\">{}. See <a href=\"{}\">all services</a>."
                + "</p>\n",
            why,
            PageFrame.base(depth));
    return new Page("Not found", depth, Follows.NOTHING, account, main);
  }

  /** The page that says why something did not happen. */
  public static Page refused(long watch, String title, String why, Html account) {
    Html main =
        Html.of(
            "<h1>✖ {}</h1>\n<p class=\"lead\">{}</p>\n<p class=\"lead\"><a"
                + " href=\"{}releases/{}\">Back to the release</a></p>\n",
            title,
            why,
            PageFrame.base(2),
            watch);
    return new Page(title, 2, Follows.NOTHING, account, main);
  }
}
