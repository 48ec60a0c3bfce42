package dev.ripcord.engine;

import dev.ripcord.engine.rollback.AlertTexts;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.health.ErrorBudget;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Alert.Kind;
import dev.ripcord.port.Journal;
import dev.ripcord.release.ServiceName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people when a service spends the errors that its objective allows too fast, and when it no
 * longer does, whether or not a release is under watch. Begins anew with the process. Called on one
 * event loop.
 */
final class BudgetAlerts {
  private static final Logger LOG = LoggerFactory.getLogger(BudgetAlerts.class);

  private final Journal journal;
  private final ServiceName service;
  private final ErrorBudget budget;
  private boolean told;

  BudgetAlerts(Journal journal, ServiceName service, Ratio objective) {
    this.journal = journal;
    this.service = service;
    this.budget = new ErrorBudget(objective);
  }

  /** One more poll. Our own probes are no users: they spend nothing. */
  void polled(Sample sample, Instant now) {
    if (sample.probed() || sample.counts().isEmpty()) {
      return;
    }
    budget.add(now, sample.counts().get());
    Optional<ErrorBudget.Burn> burn = budget.burn();
    if (burn.isPresent() && !told) {
      tell(Kind.BUDGET, "it spends its error budget too fast", text(burn.get()), now);
    } else if (burn.isEmpty() && told) {
      String text = "errors are within the objective of " + budget.objective();
      tell(Kind.BUDGET_KEPT, "it keeps to its error budget again", text, now);
    }
    told = burn.isPresent();
  }

  private String text(ErrorBudget.Burn burn) {
    return String.format(
        Locale.ROOT,
        "error rate %s in the last %s, %.0f times what the objective of %s allows: the errors of 30"
            + " days are spent in %s",
        FigureText.rateOf(burn.counts()),
        burn.window().toHours() == 1 ? "hour" : burn.window().toHours() + " hours",
        burn.rate(),
        budget.objective(),
        lasts(burn.lasts()));
  }

  private static String lasts(Duration left) {
    return left.toHours() >= 48 ? left.toDays() + " days" : Math.max(1, left.toHours()) + " h";
  }

  private void tell(Kind kind, String title, String text, Instant now) {
    Alert alert =
        new Alert(
            "service-" + service + "/" + kind.text() + "/" + now.toEpochMilli(),
            kind,
            service,
            "",
            service + ": " + title,
            List.of(
                AlertTexts.sentence(text),
                "Nothing is rolled back for it. Look: ripcord status " + service),
            now);
    LOG.warn("{}: {}", alert.title(), text);
    journal
        .enqueue(List.of(alert))
        .onFailure(e -> LOG.warn("no alert is sent for it: {}", RollbackPlanning.message(e)));
  }
}
