package dev.ripcord.report.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.json.Json;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Alert.Kind;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.port.Outbox.Story;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.report.WatchReport;
import dev.ripcord.rollback.Plan;
import dev.ripcord.watch.WatchState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What is said in CDEvents of a release, at each occasion of the outbox. The occasion and the
 * journal alone decide it, so that an event that is made again after a crash is the same.
 *
 * @param environment where the services run: {@code production}
 * @param source who speaks, a URI reference; empty for one that is made of the journal's id
 */
public record CdEvents(String environment, Optional<String> source) {
  /** At what there is something to say. */
  public static final Set<Kind> OCCASIONS =
      Set.copyOf(
          EnumSet.of(
              Kind.RELEASED,
              Kind.ASK,
              Kind.CONDEMNED,
              Kind.ROLLBACK,
              Kind.FAILED,
              Kind.UNHEALTHY,
              Kind.ROLLED_BACK,
              Kind.RECOVERED,
              Kind.TEST));

  /**
   * The events of an occasion, in the order in which they are to be sent; none where it is one that
   * was told before in another way.
   *
   * @param story the watch that it is about; empty where the journal has none
   */
  public List<CdEvent> at(Due due, Optional<Story> story) {
    Optional<WatchReport> report = story.map(told -> WatchReport.of(told.row(), told.entries()));
    Alert alert = due.alert();
    return switch (alert.kind()) {
      case RELEASED ->
          story
              .filter(told -> !told.again())
              .map(told -> List.of(deployed(due, told.row().charter().release(), alert.at())))
              .orElse(List.of());
      case ASK, CONDEMNED, ROLLBACK, FAILED ->
          report.filter(it -> wasTold(alert.kind(), it)).isPresent()
              ? List.of()
              : List.of(detected(due, report));
      case UNHEALTHY -> report.map(it -> rolledBack(due, it, false)).stream().toList();
      case ROLLED_BACK -> {
        List<CdEvent> events = new ArrayList<>();
        report
            .filter(_ -> alert.key().startsWith(own(story)))
            .filter(_ -> !alert.key().contains("/of/"))
            .map(it -> rolledBack(due, it, true))
            .ifPresent(events::add);
        events.add(resolved(due, report));
        yield List.copyOf(events);
      }
      case RECOVERED -> List.of(resolved(due, report));
      case TEST -> List.of(tested(due));
      case NO_WAY_BACK,
          BREACH,
          LIMIT,
          BLIND,
          SEES_AGAIN,
          WAITING,
          MIGRATION_FAILED,
          INCONCLUSIVE,
          BUDGET,
          BUDGET_KEPT,
          ENDED ->
          List.of();
    };
  }

  private static String own(Optional<Story> story) {
    return story.map(told -> "watch-" + told.row().id() + "/").orElse("-");
  }

  /** Whether the release was said to be bad before: by a question, or by a rollback that began. */
  private static boolean wasTold(Kind kind, WatchReport report) {
    boolean asked = kind != Kind.ASK && wasAsked(report);
    return asked || (kind == Kind.FAILED && report.plan().isPresent());
  }

  private static boolean wasAsked(WatchReport report) {
    Optional<WatchProjection> watch = Optional.empty();
    for (Recorded each : report.entries()) {
      watch = WatchProjection.after(watch, each);
      if (watch.filter(it -> it.state() instanceof WatchState.Asking).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private CdEvent deployed(Due due, Release release, Instant at) {
    String what = release.previousImage().isPresent() ? "upgraded" : "deployed";
    ObjectNode content = placed();
    content.put("artifactId", PackageUrl.of(release));
    ObjectNode more = custom(due.alert());
    image(more, "image", release.image());
    image(more, "previousImage", release.previousImage());
    release.imageId().ifPresent(id -> more.put("imageId", id));
    return event(due, "service." + what, new Said(release.service().text(), content, at, more));
  }

  private CdEvent rolledBack(Due due, WatchReport report, boolean healthy) {
    Release release = report.row().charter().release();
    Optional<ImageRef> to =
        report.rolledBackTo().or(() -> report.plan().flatMap(p -> p.release().previousImage()));
    ObjectNode content = placed();
    content.put(
        "artifactId",
        to.map(image -> PackageUrl.of(release, image)).orElseGet(() -> PackageUrl.of(release)));
    ObjectNode more = custom(due.alert());
    image(more, "from", release.image());
    image(more, "to", to);
    more.put("healthy", healthy);
    more.put("downMigrations", report.plan().map(Plan::downs).orElse(0));
    report.expanded().ifPresent(why -> more.put("schemaAhead", why));
    return event(
        due,
        "service.rolledback",
        new Said(release.service().text(), content, due.alert().at(), more));
  }

  /** At the poll that condemned, or when a person or a refusal made it one. */
  private CdEvent detected(Due due, Optional<WatchReport> report) {
    Alert alert = due.alert();
    Optional<WatchReport.Condemned> condemned = report.flatMap(WatchReport::condemned);
    ObjectNode content = incident(alert, report);
    content.put("description", condemned.map(it -> it.why().text()).orElse(alert.title()));
    ObjectNode more = custom(alert);
    more.put("follows", alert.kind().text());
    condemned.ifPresent(
        it -> {
          more.put("rule", it.why().rule());
          more.put("threshold", it.why().limit());
          more.put("value", it.why().figures());
        });
    Instant at = condemned.map(WatchReport.Condemned::at).orElse(alert.at());
    return event(due, "incident.detected", new Said(incidentId(alert), content, at, more));
  }

  private CdEvent resolved(Due due, Optional<WatchReport> report) {
    Alert alert = due.alert();
    ObjectNode content = incident(alert, report);
    content.put("description", alert.title());
    ObjectNode more = custom(alert);
    more.put("follows", alert.kind().text());
    return event(due, "incident.resolved", new Said(incidentId(alert), content, alert.at(), more));
  }

  /** An event of our own, since a test is no delivery. */
  private CdEvent tested(Due due) {
    ObjectNode more = Json.object().put("text", due.alert().title());
    return event(
        due,
        "dev.cdeventsx.ripcord-channel.tested.0.1.0",
        new Said(due.alert().service().text(), Json.object(), due.alert().at(), more));
  }

  private ObjectNode placed() {
    ObjectNode content = Json.object();
    content.putObject("environment").put("id", environment);
    return content;
  }

  private ObjectNode incident(Alert alert, Optional<WatchReport> report) {
    ObjectNode content = placed();
    content.putObject("service").put("id", alert.service().text());
    report.ifPresent(it -> content.put("artifactId", PackageUrl.of(it.row().charter().release())));
    return content;
  }

  private static ObjectNode custom(Alert alert) {
    ObjectNode more = Json.object();
    more.put("service", alert.service().text());
    more.put("release", alert.release());
    alert.watch().ifPresent(watch -> more.put("watch", watch));
    return more;
  }

  private static void image(ObjectNode more, String name, Optional<ImageRef> image) {
    image.ifPresent(it -> more.put(name, it.text()));
  }

  /** All that is said of a release is one incident. */
  private static String incidentId(Alert alert) {
    return alert.service().text() + "/" + alert.release();
  }

  /**
   * What an event says.
   *
   * @param subject the id of what it happened to
   * @param more what the specification has no place for
   */
  private record Said(String subject, ObjectNode content, Instant at, ObjectNode more) {}

  private CdEvent event(Due due, String name, Said said) {
    String type = name.startsWith("dev.") ? name : "dev.cdevents." + name + ".0.3.0";
    String id = uuid(due.key() + "/" + name);
    String from = source.orElseGet(() -> "/ripcord/" + due.journal());
    Alert alert = due.alert();
    ObjectNode body = Json.object();
    ObjectNode context = body.putObject("context");
    context.put("specversion", CdEvent.SPEC_VERSION);
    context.put("id", id);
    context.put("source", from);
    context.put("type", type);
    context.put("timestamp", Json.time(said.at()));
    context.put(
        "chainId", uuid(due.journal() + "/" + alert.service().text() + "/" + alert.release()));
    body.putObject("subject").put("id", said.subject()).set("content", said.content());
    body.set("customData", said.more());
    body.put("customDataContentType", "application/json");
    return new CdEvent(id, type, from, said.subject(), said.at(), body);
  }

  private static String uuid(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
