package dev.ripcord.cli.init;

import dev.ripcord.cli.init.Findings.DatabaseIn;
import dev.ripcord.cli.init.Findings.Migrations;
import java.util.List;
import java.util.Optional;

/**
 * The configuration of one service that fits what was found.
 *
 * @param name of the service
 * @param health where its health is measured
 * @param runner what runs it; empty where only alerts are possible
 * @param runners what may run it, the likeliest first
 * @param database where the environment names its database
 * @param migrations its folder of migrations
 */
record Proposal(
    Chosen<String> name,
    Health health,
    Chosen<Optional<Runner>> runner,
    List<Runner> runners,
    Optional<DatabaseIn> database,
    Optional<Migrations> migrations) {
  Proposal {
    runners = List.copyOf(runners);
  }

  /**
   * Something, and why it was chosen.
   *
   * @param because for people, without a dot at its end
   */
  record Chosen<T>(T value, String because) {}

  /**
   * Where a service's health is measured.
   *
   * @param url what is probed
   * @param metrics its metrics page
   * @param isKnown whether something answers there; else {@code url} is only a place to begin with
   * @param because why, for people
   */
  record Health(String url, Optional<String> metrics, boolean isKnown, String because) {}

  Proposal withHealth(Health other) {
    return new Proposal(name, other, runner, runners, database, migrations);
  }

  Proposal withName(String other) {
    return new Proposal(
        new Chosen<>(other, "as you said"), health, runner, runners, database, migrations);
  }

  Proposal withRunner(Optional<Runner> other) {
    return new Proposal(
        name, health, new Chosen<>(other, "as you said"), runners, database, migrations);
  }

  Proposal withoutDatabase() {
    return new Proposal(name, health, runner, runners, Optional.empty(), migrations);
  }
}
