package dev.ripcord.report.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Rules;
import dev.ripcord.json.Examples;
import dev.ripcord.json.Json;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Alert.Kind;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.port.Outbox.Story;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.report.Stories;
import dev.ripcord.report.WatchReport;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CdEventsTest {
  private static final String JOURNAL = "5f1d0c9e-0000-4000-8000-000000000001";
  private static final Instant LATER = Examples.AT.plusSeconds(600);
  private static final CdEvents EVENTS = new CdEvents("staging", Optional.of("https://r.example"));

  private static Due due(Kind kind, String key) {
    Alert alert =
        new Alert(key, kind, Examples.SHOP, "v42", "shop v42: so it is", List.of("why"), LATER);
    return new Due(7, "cdevents", key + "/" + JOURNAL, alert, 0);
  }

  private static Due due(Kind kind) {
    return due(kind, "watch-17/" + kind.text() + "/");
  }

  private static Optional<Story> story(WatchReport report) {
    return Optional.of(new Story(report.row(), report.entries(), false));
  }

  private static List<String> types(List<CdEvent> events) {
    return events.stream()
        .map(event -> event.type().replace("dev.cdevents.", "").replace(".0.3.0", ""))
        .toList();
  }

  private static CdEvent only(Kind kind, WatchReport report) {
    List<CdEvent> events = EVENTS.at(due(kind), story(report));
    assertThat(events).hasSize(1);
    return events.getFirst();
  }

  private static WatchReport begun(Release release) {
    WatchSpec like = Examples.charter("v42");
    return Stories.of(
            new WatchSpec(
                release,
                like.rules(),
                like.startedAt(),
                like.warmUp(),
                like.bake(),
                like.interval(),
                like.alertOnly(),
                like.before()))
        .underWay();
  }

  /** Condemned by a rule that asks a person. */
  private static Stories asked() {
    WatchSpec like = Examples.charter("v42");
    Rules usual = Rules.DEFAULT;
    Rules asks =
        new Rules(
            usual.threshold(),
            usual.breaches(),
            usual.minimumRequests(),
            usual.normal(),
            Escalation.ASK,
            usual.limits(),
            Optional.empty(),
            OptionalDouble.empty(),
            usual.wholeWatch(),
            usual.clear(),
            Optional.empty());
    return Stories.of(
            new WatchSpec(
                like.release(),
                asks,
                like.startedAt(),
                like.warmUp(),
                like.bake(),
                like.interval(),
                like.alertOnly(),
                like.before()))
        .poll(1000, 71)
        .poll(1020, 90)
        .poll(1031, 93);
  }

  private static Stories condemned() {
    return Stories.begun().poll(1000, 71).poll(1020, 90).poll(1031, 93);
  }

  @Test
  void release_afterAnother_isAnUpgrade() {
    CdEvent event = only(Kind.RELEASED, Stories.begun().underWay());

    assertThat(event.type()).isEqualTo("dev.cdevents.service.upgraded.0.3.0");
    assertThat(event.subject()).isEqualTo("shop");
    assertThat(event.body().at("/subject/content/artifactId").asText())
        .isEqualTo("pkg:oci/shop?repository_url=acme/shop&tag=42");
    assertThat(event.body().at("/subject/content/environment/id").asText()).isEqualTo("staging");
    assertThat(event.body().at("/customData/previousImage").asText()).isEqualTo("acme/shop:41");
    assertThat(event.body().at("/customData/release").asText()).isEqualTo("v42");
  }

  @Test
  void release_withoutOneBefore_isDeployed() {
    Release first =
        new Release(
            Examples.SHOP, "v42", Optional.of(new ImageRef("acme/shop:42")), Optional.empty());

    assertThat(types(EVENTS.at(due(Kind.RELEASED), story(begun(first)))))
        .containsExactly("service.deployed");
  }

  @Test
  void watchedAnew_isNoDeployment() {
    WatchReport report = Stories.begun().underWay();
    Story again = new Story(report.row(), report.entries(), true);

    assertThat(EVENTS.at(due(Kind.RELEASED), Optional.of(again))).isEmpty();
  }

  @Test
  void condemned_isAnIncident_atThePollThatSaysSo() {
    WatchReport report = condemned().underWay();
    CdEvent event = only(Kind.ROLLBACK, report);

    assertThat(event.type()).isEqualTo("dev.cdevents.incident.detected.0.3.0");
    assertThat(event.subject()).isEqualTo("shop/v42");
    assertThat(event.at()).isEqualTo(report.condemned().orElseThrow().at()).isNotEqualTo(LATER);
    JsonNode content = event.body().at("/subject/content");
    assertThat(content.get("description").asText()).startsWith("3 breaches in a row of 5% or more");
    assertThat(content.at("/service/id").asText()).isEqualTo("shop");
    assertThat(event.body().at("/customData/threshold").asText()).isEqualTo("5% or more");
    assertThat(event.body().at("/customData/value").asText()).contains("93 of 1031");
  }

  @Test
  void rollbackThatAPersonAskedFor_isAnIncidentInItsWords() {
    WatchReport report = Stories.begun().poll(1240, 5).underWay();

    CdEvent event = only(Kind.ROLLBACK, report);

    assertThat(event.at()).isEqualTo(LATER);
    assertThat(event.body().at("/subject/content/description").asText())
        .isEqualTo("shop v42: so it is");
  }

  @ParameterizedTest
  @CsvSource({"ASK, 1", "ROLLBACK, 0", "CONDEMNED, 0", "FAILED, 0"})
  void incident_thatWasAskedAbout_isToldOnce(Kind kind, int events) {
    assertThat(EVENTS.at(due(kind), story(asked().underWay()))).hasSize(events);
  }

  @Test
  void incident_ofARefusedRollback_isTold_andOfOneThatRanNotAgain() {
    WatchReport ran = condemned().add(new Entry.Planned(Examples.plan())).underWay();

    assertThat(types(EVENTS.at(due(Kind.FAILED), story(condemned().underWay()))))
        .containsExactly("incident.detected");
    assertThat(EVENTS.at(due(Kind.FAILED), story(ran))).isEmpty();
    assertThat(types(EVENTS.at(due(Kind.ROLLBACK), story(ran))))
        .containsExactly("incident.detected");
  }

  @Test
  void rolledBackAndHealthy_isARollback_andTheEndOfTheIncident() {
    List<CdEvent> events = EVENTS.at(due(Kind.ROLLED_BACK), story(Stories.bad()));

    assertThat(types(events)).containsExactly("service.rolledback", "incident.resolved");
    JsonNode back = events.getFirst().body();
    assertThat(back.at("/subject/content/artifactId").asText())
        .isEqualTo("pkg:oci/shop?repository_url=acme/shop&tag=41");
    assertThat(back.at("/customData/healthy").asBoolean()).isTrue();
    assertThat(back.at("/customData/downMigrations").asInt()).isEqualTo(1);
    JsonNode resolved = events.getLast().body();
    assertThat(resolved.at("/subject/id").asText()).isEqualTo("shop/v42");
    assertThat(resolved.at("/subject/content/artifactId").asText()).endsWith("tag=42");
  }

  @Test
  void rolledBackAndUnhealthy_isARollback_andTheIncidentStays() {
    Stories story = condemned().add(new Entry.Planned(Examples.plan()));
    story.ran(new RunEvent.Begun());
    story.ran(new RunEvent.StepBegun(0));
    story.ran(new RunEvent.StepDone(0, "acme/shop:41 runs", Duration.ofMillis(3800)));

    CdEvent event = only(Kind.UNHEALTHY, story.underWay());

    assertThat(event.type()).isEqualTo("dev.cdevents.service.rolledback.0.3.0");
    assertThat(event.body().at("/customData/healthy").asBoolean()).isFalse();
    assertThat(event.body().at("/customData/to").asText()).isEqualTo("acme/shop:41");
  }

  @Test
  void goodNewsOfAnotherWatch_resolvesTheIncidentAlone() {
    Due other = due(Kind.ROLLED_BACK, "watch-18/rolled-back//of/v42");
    Due proved = due(Kind.RECOVERED, "watch-18/proved/of/v42");

    assertThat(types(EVENTS.at(other, story(Stories.bad())))).containsExactly("incident.resolved");
    assertThat(types(EVENTS.at(proved, Optional.empty()))).containsExactly("incident.resolved");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyEvent_matchesTheSchemaOfItsType_withAndWithoutAStory(Kind kind) {
    List<Optional<Story>> stories =
        List.of(
            story(Stories.bad()),
            story(condemned().underWay()),
            story(begun(new Release(Examples.SHOP, "v42", Optional.empty(), Optional.empty()))),
            Optional.empty());
    for (Optional<Story> story : stories) {
      for (CdEvent event : EVENTS.at(due(kind), story)) {
        if (kind != Kind.TEST) {
          CdEventSchemas.assertValid(event.body().toString());
        }
        assertThat(event.body().at("/context/timestamp").asText())
            .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void occasions_areThoseAtWhichSomethingCanBeSaid(Kind kind) {
    boolean says =
        List.of(story(Stories.bad()), story(condemned().underWay())).stream()
            .anyMatch(story -> !EVENTS.at(due(kind), story).isEmpty());

    assertThat(CdEvents.OCCASIONS.contains(kind)).isEqualTo(says);
  }

  @Test
  void sameOccasion_sameEvents_andOneChainForARelease() {
    Optional<Story> story = story(Stories.bad());
    List<CdEvent> once = EVENTS.at(due(Kind.ROLLED_BACK), story);
    List<CdEvent> again = EVENTS.at(due(Kind.ROLLED_BACK), story);
    CdEvent deployed = only(Kind.RELEASED, Stories.bad());

    assertThat(again).isEqualTo(once);
    assertThat(once).extracting(CdEvent::id).doesNotHaveDuplicates().doesNotContain(deployed.id());
    String chain = deployed.body().at("/context/chainId").asText();
    assertThat(UUID.fromString(chain)).hasToString(chain);
    assertThat(once)
        .extracting(event -> event.body().at("/context/chainId").asText())
        .containsOnly(chain);
  }

  @Test
  void withoutAnAddressOfTheDaemon_theJournalIsTheSource() {
    CdEvents events = new CdEvents("staging", Optional.empty());

    assertThat(events.at(due(Kind.TEST), Optional.empty()))
        .extracting(CdEvent::source)
        .containsExactly("/ripcord/" + JOURNAL);
  }

  @Test
  void headers_areThoseOfACloudEvent_encodedWhereTheyMustBe() {
    CdEvent event = new CdEvent("1 2", "t", "/a\"b%", "grö", Examples.AT, Json.object());

    assertThat(event.headers())
        .containsEntry("Content-Type", "application/cdevents+json; charset=utf-8")
        .containsEntry("ce-specversion", "1.0")
        .containsEntry("ce-id", "1%202")
        .containsEntry("ce-source", "/a%22b%25")
        .containsEntry("ce-subject", "gr%C3%B6")
        .containsEntry("ce-time", "2026-01-02T03:04:05.678Z");
  }

  @Test
  void watchEnded_saysNothingMore() {
    WatchReport ended =
        Stories.begun()
            .add(new Entry.Watched(new WatchEvent.AbortAsked("ann")))
            .ended(Outcome.ABORTED, "ann ended it");

    assertThat(EVENTS.at(due(Kind.ENDED), story(ended))).isEmpty();
  }
}
