package dev.ripcord.web;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.port.Control;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Control.Wish;
import dev.ripcord.port.ControlException;
import dev.ripcord.port.Recorded;
import dev.ripcord.report.ReportJson;
import dev.ripcord.report.ReportMarkdown;
import dev.ripcord.report.WatchReport;
import dev.ripcord.web.access.Access;
import dev.ripcord.web.access.Caller;
import dev.ripcord.web.page.Html;
import dev.ripcord.web.page.PageAnswer;
import dev.ripcord.web.page.PageFrame;
import dev.ripcord.web.release.Decision;
import dev.ripcord.web.release.DecisionForms;
import dev.ripcord.web.release.ReleaseView;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The pages of releases, their reports, and the forms by which people decide. */
final class ReleasePages {
  private final Vertx vertx;
  private final Control control;
  private final Access access;
  private final Guard guard;
  private final SignIn signIn;
  private final PageFrame frame;
  private final PageAnswer answer;
  private final InstantSource clock;

  ReleasePages(Vertx vertx, Control control, Door door, PageFrame frame, InstantSource clock) {
    this.vertx = vertx;
    this.control = control;
    this.access = door.access();
    this.guard = door.guard();
    this.signIn = door.signIn();
    this.frame = frame;
    this.answer = new PageAnswer(vertx);
    this.clock = clock;
  }

  /** Who may come in: the tokens, their guard, and the page where one signs in. */
  record Door(Access access, Guard guard, SignIn signIn) {}

  /** A watch and its journal. */
  private record Story(WatchStatus watch, List<Recorded> entries) {
    WatchReport report() {
      return WatchReport.of(watch.row(), entries);
    }
  }

  private Future<Story> story(long id) {
    return control
        .watch(id)
        .compose(watch -> control.entries(id).map(entries -> new Story(watch, entries)));
  }

  /** {@code /releases/:id}. */
  void page(RoutingContext context) {
    show(
        context,
        1,
        (story, now) -> {
          Optional<Caller> caller = guard.caller(context);
          Html account = signIn.account(context);
          String by = by(context, caller);
          answer.send(
              context,
              200,
              () -> {
                WatchReport report = story.report();
                DecisionForms forms = new DecisionForms(story.watch(), report, caller, by);
                ReleaseView view = new ReleaseView(story.watch(), report, forms, now);
                return frame.around(view.page(account), now);
              });
        });
  }

  /** {@code /releases/:id/:decision}: asks once more. */
  void ask(RoutingContext context) {
    Decision decision = decision(context);
    Optional<Caller> caller = guard.caller(context);
    if (caller.isEmpty()) {
      SignIn.redirect(context);
      return;
    }
    guard.require(context, decision.role());
    show(
        context,
        2,
        (story, now) -> {
          Html account = signIn.account(context);
          String by = by(context, caller);
          answer.send(
              context,
              200,
              () -> {
                WatchReport report = story.report();
                DecisionForms forms = new DecisionForms(story.watch(), report, caller, by);
                PageFrame.Page page =
                    decision.fits(story.watch(), report)
                        ? forms.page(decision, account)
                        : DecisionForms.refused(
                            story.watch().row().id(),
                            "Not now",
                            "The watch is " + story.watch().state().replace('-', ' ') + ".",
                            account);
                return frame.around(page, now);
              });
        });
  }

  /** The form of that page, sent: it is done, and the browser comes back to the release. */
  void decide(RoutingContext context) {
    Decision decision = decision(context);
    if (access.hasTokens() && guard.caller(context).isEmpty()) {
      SignIn.redirect(context);
      return;
    }
    Caller caller = guard.require(context, decision.role());
    long id = Api.id(context);
    boolean alone = "true".equals(context.request().getFormAttribute("imageOnly"));
    Wish wish =
        switch (decision) {
          case PAUSE -> Wish.PAUSE;
          case RESUME -> Wish.RESUME;
          case ABORT -> Wish.ABORT;
          case APPROVE -> Wish.APPROVE;
          case ROLLBACK -> alone ? Wish.ROLLBACK_IMAGE : Wish.ROLLBACK;
        };
    control
        .ask(id, wish, by(context, Optional.of(caller)), pause(context))
        .onSuccess(
            _ -> context.response().setStatusCode(303).putHeader("Location", "../" + id).end())
        .onFailure(
            failure -> {
              if (failure instanceof ControlException refused) {
                Html account = signIn.account(context);
                answer.send(
                    context,
                    409,
                    () ->
                        frame.around(
                            DecisionForms.refused(
                                id,
                                "That was not done",
                                String.valueOf(refused.getMessage()),
                                account),
                            clock.instant()));
              } else {
                context.fail(failure);
              }
            });
  }

  private static Duration pause(RoutingContext context) {
    String given = context.request().getFormAttribute("for");
    if (given == null || given.isBlank()) {
      return Control.PAUSE;
    }
    return Api.pause(given);
  }

  /** {@code /api/v1/releases/:id/report}: the story as a file. */
  void report(RoutingContext context) {
    String format = context.queryParam("format").stream().findFirst().orElse("json");
    if (!format.equals("json") && !format.equals("md")) {
      throw ProblemResponse.of(
          400, "Bad value", "\"format\" is \"" + format + "\"; json and md can be had");
    }
    boolean json = format.equals("json");
    story(Api.id(context))
        .compose(
            story ->
                vertx.executeBlocking(
                    () ->
                        json
                            ? ReportJson.of(story.report()) + "\n"
                            : ReportMarkdown.of(story.report()),
                    false))
        .onSuccess(
            text ->
                context
                    .response()
                    .putHeader(
                        "Content-Type", json ? "application/json" : "text/markdown; charset=utf-8")
                    .end(text))
        .onFailure(context::fail);
  }

  private static Decision decision(RoutingContext context) {
    return Decision.of(context.pathParam("decision"))
        .orElseThrow(
            () ->
                ProblemResponse.of(
                    404, "Not found", "there is nothing at " + context.request().path()));
  }

  private void show(RoutingContext context, int depth, BiConsumer<Story, Instant> page) {
    Instant now = clock.instant();
    story(Api.id(context))
        .onSuccess(story -> page.accept(story, now))
        .onFailure(
            failure -> {
              if (failure instanceof ControlException refused
                  && refused.kind() == ControlException.Cause.NOT_FOUND) {
                Html account = signIn.account(context);
                answer.send(
                    context,
                    404,
                    () ->
                        frame.around(
                            DecisionForms.missing(
                                String.valueOf(refused.getMessage()), depth, account),
                            now));
              } else {
                context.fail(failure);
              }
            });
  }

  /** The name that the journal writes down. */
  private String by(RoutingContext context, Optional<Caller> caller) {
    return caller
        .flatMap(Caller::name)
        .orElseGet(
            () ->
                access.hasTokens()
                    ? AccessSettings.UNNAMED
                    : "page from " + context.request().remoteAddress().host());
  }
}
