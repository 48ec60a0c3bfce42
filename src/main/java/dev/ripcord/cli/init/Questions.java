package dev.ripcord.cli.init;

import dev.ripcord.cli.init.Findings.DatabaseIn;
import dev.ripcord.cli.init.Findings.Endpoint;
import dev.ripcord.cli.init.Proposal.Health;
import dev.ripcord.config.HttpUrl;
import dev.ripcord.release.ServiceName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Asks whoever sits at the terminal, with what was found as the answer that Enter gives. An answer
 * that cannot be used is said and asked for again.
 */
final class Questions {
  private final BufferedReader in;
  private final PrintStream out;
  private final Function<Place, Optional<Endpoint>> look;

  /**
   * Asks nothing yet.
   *
   * @param look looks at an address that somebody names
   */
  Questions(BufferedReader in, PrintStream out, Function<Place, Optional<Endpoint>> look) {
    this.in = in;
    this.out = out;
    this.look = look;
  }

  /** The input ended before everything was answered. */
  static final class InputEnded extends IOException {
    private static final long serialVersionUID = 1L;

    InputEnded() {
      super("the input ended");
    }
  }

  /** The proposal as it was agreed on. Blocks until it is. */
  Proposal ask(Findings findings) throws IOException {
    Proposal proposal = name(findings);
    proposal = proposal.withHealth(health(proposal.health()));
    proposal = runner(proposal);
    if (proposal.database().equals(Optional.of(DatabaseIn.URL)) && !database()) {
      return proposal.withoutDatabase();
    }
    return proposal;
  }

  private Proposal name(Findings findings) throws IOException {
    Proposal proposal = Proposer.of(findings);
    List<String> names = Proposer.names(findings);
    String usual = proposal.name().value();
    String others = names.size() > 1 ? " (" + String.join(", ", names) + ")" : "";
    while (true) {
      String answer = answer("Name of the service" + others, usual);
      if (answer.equals(usual)) {
        return proposal;
      }
      if (ServiceName.isValid(answer)) {
        return Proposer.of(findings, answer);
      }
      out.println("  1 to 63 letters, digits, '.', '-', '_', beginning with a letter or digit");
    }
  }

  private Health health(Health proposed) throws IOException {
    while (true) {
      String answer = answer("Where it answers", proposed.url());
      if (answer.equals(proposed.url())) {
        return proposed;
      }
      try {
        return named(HttpUrl.parse(answer), answer);
      } catch (IllegalArgumentException e) {
        out.println("  That " + e.getMessage());
      }
    }
  }

  /** The address as it was named, with the metrics page that is beside it. */
  private Health named(URI url, String text) {
    String authority = String.valueOf(url.getRawAuthority());
    if (authority.contains("@")) {
      throw new IllegalArgumentException("has a user or a password; put it under headers later");
    }
    Place place = new Place(url.getScheme().toLowerCase(Locale.ROOT) + "://" + authority);
    Optional<String> metrics = look.apply(place).map(Proposer::health).flatMap(Health::metrics);
    metrics.ifPresent(page -> out.println("  Found " + page));
    return new Health(text, metrics, true, text + ", as you said");
  }

  private Proposal runner(Proposal proposal) throws IOException {
    List<Runner> runners = proposal.runners();
    if (runners.isEmpty()) {
      return proposal;
    }
    for (int i = 0; i < runners.size(); i++) {
      out.println("  " + (i + 1) + "  " + runners.get(i).text());
    }
    int none = runners.size() + 1;
    out.println("  " + none + "  none of them: alerts, and no rollback of the image");
    int usual = proposal.runner().value().map(each -> runners.indexOf(each) + 1).orElse(none);
    while (true) {
      String answer = answer("What runs it", String.valueOf(usual));
      int number = answer.matches("\\d{1,3}") ? Integer.parseInt(answer) : 0;
      if (number == usual) {
        return proposal;
      }
      if (number >= 1 && number <= none) {
        return proposal.withRunner(
            number == none ? Optional.empty() : Optional.of(runners.get(number - 1)));
      }
      out.println("  A number from 1 to " + none);
    }
  }

  private boolean database() throws IOException {
    while (true) {
      String answer =
          answer("Its database is that of DATABASE_URL", "yes").toLowerCase(Locale.ROOT);
      if (List.of("y", "yes", "n", "no").contains(answer)) {
        return answer.startsWith("y");
      }
      out.println("  yes or no");
    }
  }

  private String answer(String question, String usual) throws IOException {
    out.print(question + " [" + usual + "]: ");
    out.flush();
    String line = in.readLine();
    if (line == null) {
      out.println();
      throw new InputEnded();
    }
    return line.isBlank() ? usual : line.strip();
  }
}
