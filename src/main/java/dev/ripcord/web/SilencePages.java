package dev.ripcord.web;

import dev.ripcord.port.Control;
import dev.ripcord.release.PersonName;
import dev.ripcord.release.ServiceName;
import dev.ripcord.silence.Silence;
import dev.ripcord.silence.SilenceBook;
import dev.ripcord.silence.SilenceScope;
import dev.ripcord.web.ReleasePages.Door;
import dev.ripcord.web.access.Caller;
import dev.ripcord.web.page.Html;
import dev.ripcord.web.page.PageAnswer;
import dev.ripcord.web.page.PageFrame;
import dev.ripcord.web.silence.SilenceDraft;
import dev.ripcord.web.silence.SilenceForms;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The page of silences, and the forms by which people begin and end one. */
final class SilencePages {
  private final Control control;
  private final SilenceBook book;
  private final KnownSilences known;
  private final Door door;
  private final PageFrame frame;
  private final PageAnswer answer;
  private final InstantSource clock;

  SilencePages(
      Vertx vertx,
      Control control,
      KnownSilences known,
      Door door,
      WebServer.Program program,
      PageFrame frame) {
    this.control = control;
    this.book = program.silences();
    this.known = known;
    this.door = door;
    this.frame = frame;
    this.answer = new PageAnswer(vertx);
    this.clock = program.clock();
  }

  /** What the page of a service says of silences, for who looks at it. */
  Html onService(RoutingContext context, ServiceName service, Instant now) {
    return forms(context, now).onService(service, known.now().of(service, now));
  }

  private SilenceForms forms(RoutingContext context, Instant now) {
    return new SilenceForms(door.guard().caller(context), now);
  }

  /** {@code GET /silences}. */
  void page(RoutingContext context) {
    String services = context.queryParam("services").stream().findFirst().orElse("");
    show(context, SilenceDraft.of(services, to(context.queryParam("to"))), Optional.empty());
  }

  private static String to(List<String> given) {
    return given.stream().findFirst().filter(SignIn::isPage).orElse("silences");
  }

  private void show(RoutingContext context, SilenceDraft draft, Optional<String> wrong) {
    Instant now = clock.instant();
    SilenceForms forms = forms(context, now);
    Html account = door.signIn().account(context);
    book.holding(now)
        .onSuccess(
            holding ->
                answer.send(
                    context,
                    200,
                    () -> frame.around(forms.page(holding, draft, wrong, account), now)))
        .onFailure(context::fail);
  }

  /**
   * {@code POST /silences}. What is refused is said on the page, with status 200: to a browser it
   * is the answer that it asked for.
   */
  void begin(RoutingContext context) {
    if (isSignedOut(context)) {
      SignIn.redirect(context);
      return;
    }
    Caller caller = door.guard().require(context, SilenceForms.ROLE);
    SilenceDraft draft = SilenceDraft.of(context.request()::getFormAttribute);
    Silence.Wanted wanted;
    try {
      wanted = wanted(draft, caller);
    } catch (IllegalArgumentException e) {
      show(context, draft, Optional.of(String.valueOf(e.getMessage())));
      return;
    }
    book.begin(wanted, clock.instant())
        .compose(_ -> known.read())
        .onSuccess(_ -> back(context, "./", draft.to()))
        .onFailure(context::fail);
  }

  private boolean isSignedOut(RoutingContext context) {
    return door.access().hasTokens() && door.guard().caller(context).isEmpty();
  }

  private static void back(RoutingContext context, String base, String to) {
    context
        .response()
        .setStatusCode(303)
        .putHeader("Location", base + (SignIn.isPage(to) ? to : "silences"))
        .end();
  }

  private Silence.Wanted wanted(SilenceDraft draft, Caller caller) {
    Instant now = clock.instant();
    SilenceScope scope = new SilenceScope(draft.services());
    if (control.services().stream().noneMatch(each -> scope.includes(each.service()))) {
      throw new IllegalArgumentException("no service " + scope + " is configured");
    }
    return new Silence.Wanted(
        scope,
        draft.kind().isEmpty() ? Optional.empty() : Optional.of(Silence.kind(draft.kind())),
        by(caller, draft.by()),
        Silence.reason(draft.reason()),
        Silence.within(now, now.plus(RequestBody.span(draft.time()))));
  }

  /** The name of the token; of one that has none, what the person says. */
  private static String by(Caller caller, String given) {
    return caller.name().orElseGet(() -> PersonName.parse(given));
  }

  /** {@code GET /silences/:id/end}: asks once more. */
  void ask(RoutingContext context) {
    if (door.guard().caller(context).isEmpty()) {
      SignIn.redirect(context);
      return;
    }
    askToEnd(context, to(context.queryParam("to")), Optional.empty());
  }

  private void askToEnd(RoutingContext context, String to, Optional<String> wrong) {
    Instant now = clock.instant();
    long id = Api.id(context);
    SilenceForms forms = forms(context, now);
    Html account = door.signIn().account(context);
    book.holding(now)
        .onSuccess(
            holding -> {
              Optional<Silence> found =
                  holding.all().stream().filter(each -> each.id() == id).findFirst();
              Supplier<PageFrame.Page> page =
                  () ->
                      found
                          .map(silence -> forms.endPage(silence, to, wrong, account))
                          .orElseGet(() -> SilenceForms.over(account));
              answer.send(
                  context, found.isPresent() ? 200 : 404, () -> frame.around(page.get(), now));
            })
        .onFailure(context::fail);
  }

  /** The form of that page, sent. One that is over is none that anybody waits for. */
  void end(RoutingContext context) {
    if (isSignedOut(context)) {
      SignIn.redirect(context);
      return;
    }
    Caller caller = door.guard().require(context, SilenceForms.ROLE);
    SilenceDraft draft = SilenceDraft.of(context.request()::getFormAttribute);
    String by;
    try {
      by = by(caller, draft.by());
    } catch (IllegalArgumentException e) {
      askToEnd(context, draft.to(), Optional.of(String.valueOf(e.getMessage())));
      return;
    }
    book.end(Api.id(context), by, clock.instant())
        .compose(_ -> known.read())
        .onSuccess(_ -> back(context, "../../", draft.to()))
        .onFailure(context::fail);
  }
}
