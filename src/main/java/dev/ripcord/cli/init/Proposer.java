package dev.ripcord.cli.init;

import dev.ripcord.cli.init.Findings.ComposeFile;
import dev.ripcord.cli.init.Findings.Container;
import dev.ripcord.cli.init.Findings.Endpoint;
import dev.ripcord.cli.init.Findings.Migrations;
import dev.ripcord.cli.init.Findings.Page;
import dev.ripcord.cli.init.Proposal.Chosen;
import dev.ripcord.cli.init.Proposal.Health;
import dev.ripcord.platform.docker.api.ComposeLabels;
import dev.ripcord.release.ServiceName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What was found, turned into a proposal: which service is meant, where it is measured and what
 * runs it. Pure.
 *
 * <p>What belongs to this folder goes before what else runs on the machine, and what answers before
 * what does not. A Deployment is chosen only where its name says that it is this service: another
 * one would be rolled back.
 */
final class Proposer {
  private static final Place BEGINNING = Place.local(8080);

  private final Findings findings;
  private final Optional<ComposeFile> compose;
  private final List<Container> containers;

  private Proposer(Findings findings) {
    this.findings = findings;
    this.compose = findings.compose().found();
    this.containers = findings.containers().found().orElse(List.of());
  }

  /** Something that may be the service that is meant, and why it would be. */
  private record Candidate(String name, List<Place> ports, Runner runner, String because) {}

  /** What fits best. */
  static Proposal of(Findings findings) {
    Proposer proposer = new Proposer(findings);
    return proposer.proposal(proposer.candidates().stream().findFirst());
  }

  /** The same for a service that somebody named; its name need not have been found. */
  static Proposal of(Findings findings, String name) {
    Proposer proposer = new Proposer(findings);
    Optional<Candidate> found =
        proposer.candidates().stream().filter(each -> each.name().equals(name)).findFirst();
    return (found.isPresent() ? proposer.proposal(found) : of(findings)).withName(name);
  }

  /** The names of the services that were found, the likeliest first. */
  static List<String> names(Findings findings) {
    return new Proposer(findings).candidates().stream().map(Candidate::name).distinct().toList();
  }

  private Proposal proposal(Optional<Candidate> chosen) {
    String name = chosen.map(Candidate::name).orElseGet(this::folderName);
    List<Runner> runners = runners(chosen, name);
    Optional<Runner> runner = chosen.map(Candidate::runner).or(() -> deployment(name));
    return new Proposal(
        new Chosen<>(name, chosen.map(Candidate::because).orElse("the name of this folder")),
        health(chosen),
        new Chosen<>(
            runner,
            runner.map(Proposer::because).orElse("nothing was found that could put an image back")),
        runners,
        findings.database().found(),
        migrations());
  }

  /** Beside a database that is none of PostgreSQL they would make the file unusable. */
  private Optional<Migrations> migrations() {
    return findings.database() instanceof Look.Missed
        ? Optional.empty()
        : findings.migrations().found();
  }

  private static String because(Runner runner) {
    return switch (runner) {
      case Runner.ComposeService service -> "all its containers are put back together";
      case Runner.DockerContainer container -> "it runs on the Docker Engine";
      case Runner.Deployment deployment -> "its name is that of the service";
    };
  }

  /** The likeliest first. */
  private List<Candidate> candidates() {
    List<Candidate> ours = new ArrayList<>(composeServices());
    List<Candidate> others = new ArrayList<>(runningContainers());
    Comparator<Candidate> best = Comparator.comparing(this::rank);
    ours.sort(best);
    others.sort(best.thenComparing(each -> !each.name().equals(folderName())));
    ours.addAll(others);
    return ours;
  }

  /** The smaller, the likelier. */
  private int rank(Candidate candidate) {
    Optional<Endpoint> endpoint = endpoint(candidate.ports());
    if (endpoint.flatMap(Endpoint::metrics).flatMap(Page::counter).isPresent()) {
      return 0;
    }
    if (endpoint.filter(Proposer::isUsable).isPresent()) {
      return 1;
    }
    return candidate.ports().isEmpty() ? 3 : 2;
  }

  private List<Candidate> composeServices() {
    if (compose.isEmpty()) {
      return List.of();
    }
    Path file = compose.get().file();
    String where = String.valueOf(file.getFileName());
    return compose.get().services().stream()
        .filter(service -> service.isBuilt() || !Backing.isBacking(service.image()))
        .map(
            service ->
                new Candidate(
                    valid(service.name()),
                    ports(service, file),
                    new Runner.ComposeService(Optional.of(file), "", service.name()),
                    "a service of " + where))
        .toList();
  }

  /** Where the file gives a port to chance, its container knows which. */
  private List<Place> ports(Findings.ComposeService service, Path file) {
    Set<Place> ports = new LinkedHashSet<>(service.ports());
    containers.stream()
        .filter(each -> each.compose().filter(made -> isOf(made, file)).isPresent())
        .filter(each -> each.compose().orElseThrow().service().equals(service.name()))
        .forEach(each -> ports.addAll(each.ports()));
    return List.copyOf(ports);
  }

  private static boolean isOf(ComposeLabels made, Path file) {
    return made.files().contains(file);
  }

  private List<Candidate> runningContainers() {
    Optional<Path> file = compose.map(ComposeFile::file);
    return containers.stream()
        .filter(each -> !Backing.isBacking(each.image()))
        .filter(
            each ->
                each.compose().filter(of -> file.filter(f -> isOf(of, f)).isPresent()).isEmpty())
        .map(
            each ->
                new Candidate(
                    valid(each.compose().map(ComposeLabels::service).orElse(each.name())),
                    each.ports(),
                    runner(each),
                    "the container " + each.name() + " runs"))
        .toList();
  }

  private static Runner runner(Container container) {
    return container
        .compose()
        .filter(made -> !made.project().isEmpty())
        .<Runner>map(
            made -> new Runner.ComposeService(Optional.empty(), made.project(), made.service()))
        .orElseGet(() -> new Runner.DockerContainer(container.name()));
  }

  /** What may run the service, for somebody to choose from. */
  private List<Runner> runners(Optional<Candidate> chosen, String name) {
    Set<Runner> runners = new LinkedHashSet<>();
    chosen.map(Candidate::runner).ifPresent(runners::add);
    deployment(name).ifPresent(runners::add);
    candidates().stream().map(Candidate::runner).forEach(runners::add);
    findings
        .cluster()
        .found()
        .ifPresent(
            cluster ->
                cluster.deployments().stream()
                    .map(each -> runner(cluster, each))
                    .forEach(runners::add));
    return List.copyOf(runners);
  }

  private Optional<Runner> deployment(String name) {
    return findings
        .cluster()
        .found()
        .filter(cluster -> cluster.deployments().contains(name))
        .map(cluster -> runner(cluster, name));
  }

  private static Runner runner(Findings.Cluster cluster, String deployment) {
    return new Runner.Deployment(deployment, cluster.namespace(), cluster.context());
  }

  /**
   * Where a service is measured: at one of its ports; one that publishes none at whatever answers
   * on this machine and is nobody else's.
   */
  private Health health(Optional<Candidate> chosen) {
    List<Place> own = chosen.map(Candidate::ports).orElse(List.of());
    Optional<Endpoint> endpoint =
        own.isEmpty()
            ? findings.endpoints().stream()
                .filter(each -> !isPublished(each.place()))
                .min(Comparator.comparing(Proposer::worth))
                .filter(Proposer::isUsable)
            : endpoint(own).filter(Proposer::isUsable);
    return endpoint
        .map(Proposer::health)
        .orElseGet(
            () -> {
              Place place = own.stream().findFirst().orElse(BEGINNING);
              String because =
                  own.isEmpty()
                      ? "nothing that answers was found"
                      : "the port is published, and nothing answers there yet";
              return new Health(place.at("/"), Optional.empty(), false, because);
            });
  }

  private boolean isPublished(Place place) {
    return containers.stream().anyMatch(each -> each.ports().contains(place))
        || compose.stream()
            .flatMap(file -> file.services().stream())
            .anyMatch(service -> service.ports().contains(place));
  }

  private Optional<Endpoint> endpoint(List<Place> ports) {
    return findings.endpoints().stream()
        .filter(each -> ports.contains(each.place()))
        .min(Comparator.comparing(Proposer::worth));
  }

  /** The smaller, the more can be measured there. */
  private static int worth(Endpoint endpoint) {
    boolean counts = endpoint.metrics().flatMap(Page::counter).isPresent();
    return (counts ? 0 : 2) + (endpoint.health().isPresent() ? 0 : 1);
  }

  private static boolean isUsable(Endpoint endpoint) {
    return worth(endpoint) < 3;
  }

  /**
   * What an address that answers is good for. A page without a counter would leave errors unknown.
   */
  static Health health(Endpoint endpoint) {
    Optional<Page> counting = endpoint.metrics().filter(page -> page.counter().isPresent());
    String path = endpoint.health().or(() -> counting.map(Page::path)).orElse("/");
    String answers =
        endpoint.place().base()
            + endpoint.health().map(page -> page + " answers").orElse(" answers");
    return new Health(
        endpoint.place().at(path),
        counting.map(page -> endpoint.place().at(page.path())),
        endpoint.health().isPresent() || counting.isPresent(),
        answers
            + counting
                .map(
                    page ->
                        ", and "
                            + page.path()
                            + " counts requests: "
                            + page.counter().orElseThrow())
                .orElse(""));
  }

  private String folderName() {
    return Optional.ofNullable(findings.folder().getFileName())
        .map(name -> valid(name.toString()))
        .orElse("service");
  }

  /** A name as the configuration takes it. */
  private static String valid(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9._-]+", "-").replaceFirst("^[^A-Za-z0-9]+", "");
    String cut = plain.length() > 63 ? plain.substring(0, 63) : plain;
    return ServiceName.isValid(cut) ? cut : "service";
  }
}
