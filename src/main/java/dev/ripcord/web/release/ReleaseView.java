package dev.ripcord.web.release;

import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Printable;
import dev.ripcord.release.Release;
import dev.ripcord.report.Moment;
import dev.ripcord.report.Moments;
import dev.ripcord.report.RuleResult;
import dev.ripcord.report.StepRun;
import dev.ripcord.report.WatchReport;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.Salvaged;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState.Phase;
import dev.ripcord.web.page.Html;
import dev.ripcord.web.page.Mark;
import dev.ripcord.web.page.PageFrame.Follows;
import dev.ripcord.web.page.PageFrame.Page;
import dev.ripcord.web.page.TimeText;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The page of one release, under way or ended: how it stands, what may be decided, what was
 * released, its polls, its rollback, and what is left to do.
 *
 * @param watch how it stands
 * @param report its story
 * @param forms the buttons
 * @param now for what depends on the time
 */
public record ReleaseView(WatchStatus watch, WatchReport report, DecisionForms forms, Instant now) {
  private static final int POLLS_MAX = 200;

  /** The page in its frame's terms. */
  public Page page(Html account) {
    Release release = spec().release();
    return new Page(
        Mark.of(watch).sign() + " " + release.service() + " " + release.shownName(),
        1,
        new Follows(
            watch.row().endedAt().isPresent() ? Follows.Kind.NOTHING : Follows.Kind.WATCH,
            watch.row().endedAt().isPresent() ? "" : String.valueOf(watch.row().id())),
        account,
        Html.join(
            head(),
            forms.buttons(),
            progress(),
            condemned(),
            remaining(),
            Html.of("<div class=\"columns\">\n{}{}</div>\n", released(), rules()),
            RatePicture.of(report),
            rollback(),
            story(),
            polls(),
            downloads()));
  }

  private WatchSpec spec() {
    return watch.row().charter();
  }

  private Html head() {
    Release release = spec().release();
    return Html.of(
        """
        <p class="small muted"><a href="../services/{}">{}</a> · watch {}</p>
        <div class="answer"><h1>{} {}</h1> {}</div>
        <p class="lead">{}</p>
        """,
        release.service(),
        release.service(),
        watch.row().id(),
        release.service(),
        release.shownName(),
        Mark.of(watch).with(Mark.word(watch)),
        sentence());
  }

  /** What it means. */
  private Html sentence() {
    if (watch.row().endedAt().isPresent()) {
      return Html.of(
          "{} Ended {}.",
          ended(Decision.capital(watch.row().text().orElse(""))),
          TimeText.moment(watch.row().endedAt().get()));
    }
    return switch (watch.phase()) {
      case WATCHING ->
          Html.of(
              "Watching since {}, until {}; a poll every {}.",
              TimeText.moment(spec().startedAt()),
              TimeText.clock(watch.bake().ends(spec())),
              TimeText.span(spec().interval()));
      case PAUSED ->
          Html.of(
              "Paused{}: polls go on and decide nothing, and the bake time stands still. Watching"
                  + " since {}.",
              watch
                  .bake()
                  .pause()
                  .map(it -> Html.of(" by {} until {}", it.by(), TimeText.moment(it.until())))
                  .orElse(Html.NOTHING),
              TimeText.moment(spec().startedAt()));
      case ASKING ->
          Html.of(
              "Condemned, and waiting for a person to approve the rollback. It {}.",
              Decision.possible(watch.rollback()));
      case ROLLING_BACK -> Html.text(ended(Decision.sentence(watch.rollback())));
      case ENDED -> Html.text(Decision.possible(watch.rollback()));
    };
  }

  private static String ended(String text) {
    String shown = Printable.lines(text).strip();
    return shown.isEmpty() || shown.endsWith(".") ? shown : shown + ".";
  }

  private Html progress() {
    if (watch.row().endedAt().isPresent()) {
      return Html.NOTHING;
    }
    if (watch.phase() == Phase.ROLLING_BACK && !report.steps().isEmpty()) {
      return rollbackProgress();
    }
    Duration all = spec().bake();
    Duration shown = watch.bake().over(spec(), now);
    return Html.of(
        """
        <div class="bake" id="bake"><label for="baked">Bake time: {} of {}, {}{}, {} of {} breaches</label>
        <progress id="baked" max="{}" value="{}"></progress></div>
        """,
        TimeText.span(shown),
        TimeText.span(all),
        watch.polls() == 1 ? "1 poll" : watch.polls() + " polls",
        report.polls().size() > watch.polls() ? " counted" : "",
        streak(),
        breaches(),
        Math.max(1, all.toSeconds()),
        shown.toSeconds());
  }

  private Html rollbackProgress() {
    List<StepRun> steps = report.steps();
    long done = steps.stream().filter(step -> step.state() == StepRun.State.DONE).count();
    String now =
        steps.stream()
            .filter(step -> step.state() != StepRun.State.DONE)
            .findFirst()
            .map(step -> "step " + step.number() + " of " + steps.size() + ", " + step.name())
            .orElse("all " + steps.size() + " steps are done");
    return Html.of(
        """
        <div class="bake" id="bake"><label for="baked">Rollback: {}</label>
        <progress id="baked" max="{}" value="{}"></progress></div>
        """,
        now,
        steps.size(),
        done);
  }

  private int streak() {
    return report
        .standing()
        .flatMap(WatchProjection::poll)
        .map(WatchProjection.Poll::streak)
        .orElseGet(
            () ->
                report.polls().reversed().stream()
                    .flatMap(poll -> poll.judged().stream())
                    .findFirst()
                    .map(WatchProjection.Poll::streak)
                    .orElse(0));
  }

  private int breaches() {
    return spec().rules().breaches().needed();
  }

  private Html condemned() {
    return report
        .condemned()
        .map(
            it ->
                Html.of(
                    "<p class=\"alarm\" id=\"condemned\">✖ Condemned at {}: {}.</p>\n",
                    TimeText.clock(it.at()),
                    it.why().text()))
        .orElse(Html.NOTHING);
  }

  /** What a person has to do comes before what has happened. */
  private Html remaining() {
    List<String> open = report.left().remaining();
    return open.isEmpty()
        ? Html.NOTHING
        : Html.of(
            "<section class=\"card todo\" id=\"todo\" aria-labelledby=\"todo-title\"><h2"
                + " id=\"todo-title\">What remains to be done</h2>\n<ul>\n{}</ul></section>\n",
            Html.join(open.stream().map(each -> Html.of("<li>{}</li>\n", Printable.lines(each)))));
  }

  private Html released() {
    Release release = spec().release();
    List<Html> facts = new ArrayList<>();
    facts.add(fact("Release", Html.text(release.shownName())));
    facts.add(fact("Image", image(release.image())));
    facts.add(fact("Before", image(release.previousImage())));
    facts.add(fact("Began", TimeText.moment(spec().startedAt())));
    watch.row().endedAt().ifPresent(at -> facts.add(fact("Ended", TimeText.moment(at))));
    report.took().ifPresent(took -> facts.add(fact("Took", Html.text(TimeText.span(took)))));
    if (report.plan().isEmpty()) {
      facts.add(rollbackFact());
    }
    spec().alertOnly().ifPresent(why -> facts.add(fact("Only alerts", Html.text(why))));
    return Html.of(
        "<section class=\"card\" id=\"released\" aria-labelledby=\"released-title\"><h2"
            + " id=\"released-title\">What was released</h2>\n"
            + "<dl class=\"facts\">\n"
            + "{}</dl></section>\n",
        Html.join(facts));
  }

  /** The plan is in the journal once a rollback is wanted; before, the watch says what it knows. */
  private Html rollbackFact() {
    String said = Decision.possible(watch.rollback());
    if (said.startsWith("can go back")) {
      return fact("Can it go back?", Html.text("Yes" + said.substring("can go back".length())));
    }
    if (said.startsWith("cannot go back")) {
      return fact("Can it go back?", Html.text("No" + said.substring("cannot go back".length())));
    }
    return fact("Rollback", Html.text(said.isEmpty() ? "not known yet" : said));
  }

  private static Html image(Optional<ImageRef> image) {
    return image
        .map(it -> Html.of("<span class=\"mono\">{}</span>", it))
        .orElseGet(() -> Html.of("<span class=\"muted\">not known</span>"));
  }

  private static Html fact(String name, Html value) {
    return Html.of("<div><dt>{}</dt><dd>{}</dd></div>\n", name, value);
  }

  private Html rules() {
    return Html.of(
        """
        <section class="card" id="rules" aria-labelledby="rules-title"><h2 id="rules-title">Rules</h2>
        <section class="scroll" tabindex="0" aria-label="Rules and what became of them">
        <table><thead><tr><th scope="col">Rule</th><th scope="col">Limit</th><th scope="col">May</th><th scope="col">Worst</th><th scope="col">Before</th><th scope="col">Verdict</th></tr></thead>
        <tbody>
        {}</tbody></table></section></section>
        """,
        Html.join(
            report.rules().stream()
                .map(
                    rule ->
                        Html.of(
                            "<tr><th"
                                + " scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                            rule.measure().text().replace('-', ' '),
                            rule.limit(),
                            rule.act().text(),
                            rule.worst(),
                            rule.before().isEmpty() ? FigureText.NOTHING : rule.before(),
                            verdict(rule)))));
  }

  /** What will become of a rule is not known while the release is watched; how it stands is. */
  private String verdict(RuleResult rule) {
    if (watch.row().endedAt().isEmpty() && report.condemned().isEmpty() && rule.decided() > 0) {
      return rule.crossed() == 0
          ? "holds so far"
          : rule.crossed()
              + " of "
              + rule.decided()
              + (rule.decided() == 1 ? " poll" : " polls")
              + " in breach";
    }
    return rule.verdict() == RuleResult.Verdict.TOO_LITTLE
        ? "too little evidence"
        : rule.verdict().words();
  }

  private Html rollback() {
    Optional<Plan> plan = report.plan();
    List<Html> parts = new ArrayList<>();
    for (Refusal refusal : report.refusals()) {
      parts.add(
          Html.of(
              "<p class=\"alarm\">✖ Refused: {}. {}</p>\n",
              refusal.text(),
              refusal.next().isEmpty() ? "" : ended("Next: " + refusal.next())));
    }
    plan.ifPresent(
        it -> {
          parts.add(
              Html.of(
                  """
                  <p class="lead">{}</p>
                  <section class="scroll" tabindex="0" aria-label="Steps of the rollback">
                  <table id="steps"><caption>The plan, step by step, and what became of it.</caption>
                  <thead><tr><th scope="col" class="number">#</th><th scope="col">Step</th><th scope="col">State</th><th scope="col" class="number">Took</th><th scope="col">What came of it</th></tr></thead>
                  <tbody>
                  {}</tbody></table></section>
                  """,
                  ended(it.why()),
                  Html.join(report.steps().stream().map(ReleaseView::step))));
          it.warnings()
              .forEach(
                  warning -> parts.add(Html.of("<p class=\"small\">▲ {}</p>\n", ended(warning))));
        });
    kept().ifPresent(parts::add);
    return parts.isEmpty()
        ? Html.NOTHING
        : Html.of(
            "<section id=\"rollback\" aria-labelledby=\"rollback-title\"><h2"
                + " id=\"rollback-title\">Rollback</h2>\n{}</section>\n",
            Html.join(parts));
  }

  private static Html step(StepRun step) {
    return Html.of(
        "<tr id=\"step-{}\"><td class=\"number\">{}</td><th scope=\"row\">{}</th><td>{}</td><td"
            + " class=\"number\">{}</td><td>{}</td></tr>\n",
        step.number(),
        step.number(),
        step.name(),
        state(step.state()),
        step.took().map(FigureText::duration).orElse(FigureText.NOTHING),
        Printable.lines(step.text()));
  }

  private static Html state(StepRun.State state) {
    return state == StepRun.State.PLANNED
        ? Html.of("<span class=\"muted\">{}</span>", state.words())
        : mark(state).with(state.words());
  }

  private static Mark mark(StepRun.State state) {
    return switch (state) {
      case PLANNED -> Mark.UNKNOWN;
      case UNDER_WAY -> Mark.RUNNING;
      case DONE -> Mark.GOOD;
      case FAILED, TIMED_OUT -> Mark.BAD;
      case NOT_BEGUN, UNCERTAIN, BROKEN_OFF -> Mark.WARNING;
    };
  }

  private Optional<Html> kept() {
    List<Html> lines = new ArrayList<>();
    for (Salvaged each : report.left().kept()) {
      lines.add(
          Html.of("<li>{}; to restore it: <code>{}</code></li>\n", each.text(), each.command()));
    }
    report.left().backups().forEach(each -> lines.add(Html.of("<li>{}</li>\n", each)));
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Html.of("<h3>What was kept</h3>\n<ul class=\"plain\">\n{}</ul>\n", Html.join(lines)));
  }

  private Html polls() {
    List<WatchReport.Poll> polls = report.polls();
    if (polls.isEmpty()) {
      return Html.of(
          "<section id=\"polls\"><h2>Polls</h2>\n<p class=\"muted\">None yet.</p></section>\n");
    }
    List<WatchReport.Poll> shown =
        polls.subList(Math.max(0, polls.size() - POLLS_MAX), polls.size()).reversed();
    String caption =
        "Newest first, limit "
            + spec().rules().threshold()
            + (polls.size() > POLLS_MAX
                ? "; the last " + POLLS_MAX + " of " + polls.size() + ", all are in the report"
                : "");
    return Html.of(
        """
        <section id="polls" aria-labelledby="polls-title"><h2 id="polls-title">Polls</h2>
        <section class="scroll tall" tabindex="0" aria-label="Table of polls">
        <table><caption>{}.</caption>
        <thead><tr><th scope="col" class="number">#</th><th scope="col">At</th><th scope="col">Verdict</th><th scope="col">Error rate</th><th scope="col">Breaches</th><th scope="col">p99</th><th scope="col">CPU</th><th scope="col">Memory</th><th scope="col">Why</th></tr></thead>
        <tbody>
        {}</tbody></table></section></section>
        """,
        caption,
        Html.join(shown.stream().map(this::poll)));
  }

  private Html poll(WatchReport.Poll poll) {
    Sample sample = poll.sample();
    return Html.of(
        """
        <tr id="poll-{}"><td class="number">{}</td><td>{}</td><td>{}</td><td class="nowrap">{}</td>\
        <td class="nowrap">{}</td><td class="nowrap">{}</td><td>{}</td><td>{}</td><td class="why">{}</td></tr>
        """,
        poll.number(),
        poll.number(),
        TimeText.clock(poll.at()),
        poll.kind()
            .map(kind -> Mark.of(kind).with(kind.text()))
            .orElseGet(() -> Html.of("<span class=\"muted\">not judged</span>")),
        sample
            .counts()
            .filter(counts -> counts.requests() > 0)
            .map(counts -> FigureText.rateOf(counts, spec().rules().threshold()))
            .orElse(FigureText.NOTHING),
        poll.judged()
            .filter(it -> it.streak() > 0)
            .map(it -> it.streak() + " of " + breaches())
            .orElse(""),
        FigureText.latency(sample.latency().p99()),
        share(sample.cpu()),
        share(sample.memory()),
        poll.judged().map(it -> why(it.reading())).orElse("of another release, or in the warm-up"));
  }

  /** What the figures beside it do not say. */
  private static String why(HealthReading reading) {
    return switch (reading.kind()) {
      case HEALTHY -> "";
      case WARNING -> reading.limits();
      case BREACH, UNKNOWN -> reading.why();
    };
  }

  private static String share(OptionalDouble share) {
    return share.isPresent() ? FigureText.share(share.getAsDouble()) : FigureText.NOTHING;
  }

  /** Everything but the polls, which have a table of their own. */
  private Html story() {
    Moments moments = new Moments(ZoneOffset.UTC);
    List<Moment> all = new ArrayList<>();
    report
        .entries()
        .forEach(
            entry -> {
              all.addAll(moments.after(entry));
              moments.condemned().ifPresent(why -> all.add(Moments.condemned(entry.at(), why)));
            });
    return Html.of(
        "<section id=\"story\" aria-labelledby=\"story-title\"><h2 id=\"story-title\">What"
            + " happened</h2>\n<ol class=\"story\">\n{}</ol></section>\n",
        Html.join(
            all.stream()
                .map(
                    each ->
                        Html.of(
                            "<li>{} <span>{}</span></li>\n",
                            TimeText.clock(each.at()),
                            Decision.possible(Printable.lines(each.line()))))));
  }

  private Html downloads() {
    long id = watch.row().id();
    String file = spec().release().fileName();
    return Html.of(
        "<p class=\"small muted\" id=\"downloads\">This report to keep: <a"
            + " href=\"../api/v1/releases/{}/report?format=md\" download=\"{}.md\">Markdown</a>, <a"
            + " href=\"../api/v1/releases/{}/report?format=json\" download=\"{}.json\">JSON</a>."
            + "</p>\n",
        id,
        file,
        id,
        file);
  }
}
