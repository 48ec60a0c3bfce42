package dev.ripcord.config.file;

import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.Durations;
import dev.ripcord.config.MailServer;
import dev.ripcord.config.file.Key.Group;
import dev.ripcord.config.file.Key.Value;
import dev.ripcord.release.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys below {@code alerts}, and how they are read and shown. */
final class AlertKeys {
  static final Value<URI> PUBLIC_URL =
      new Value<>(
          "public-url",
          Types.URL,
          "",
          "https://ripcord.example.com",
          "The daemon's own address, as people reach it; alerts link to its pages.");
  static final Value<Secret> SLACK =
      new Value<>(
          "slack",
          Types.SECRET_URL,
          "",
          "${SLACK_WEBHOOK_URL:-}",
          "A Slack incoming webhook. Without this key, SLACK_WEBHOOK_URL of the environment.");
  static final Value<String> SLACK_CHANNEL =
      new Value<>(
          "slack-channel",
          Types.TEXT,
          "",
          "\"#deploys\"",
          "The channel to name in the message, where the webhook allows it.");
  static final Value<Secret> WEBHOOK =
      new Value<>(
          "webhook",
          Types.SECRET_URL,
          "",
          "https://example.com/hooks/ripcord",
          "Any HTTP endpoint that takes a POST of JSON.");
  static final Value<Secret> WEBHOOK_SECRET =
      new Value<>(
          "webhook-secret",
          Types.TOKEN,
          "",
          "${RIPCORD_WEBHOOK_SECRET}",
          "What calls of the webhook are signed with, in X-Ripcord-Signature-256.");
  static final Value<Secret> ALERTMANAGER =
      new Value<>(
          "alertmanager",
          Types.SECRET_URLS,
          "",
          "http://127.0.0.1:9093",
          "A Prometheus Alertmanager, or all of a cluster.");
  static final Value<URI> RUNBOOKS =
      new Value<>(
          "runbooks",
          Types.URL,
          "",
          "https://wiki.example.com/ripcord",
          "A page with a section for each kind of alert; alerts link to #KIND on it.");

  static final Value<Secret> ROUTING_KEY =
      new Value<>(
          "routing-key",
          Types.TOKEN,
          "",
          "${PAGERDUTY_ROUTING_KEY}",
          "The integration key of a PagerDuty service, of Events API v2.");
  static final Value<URI> PAGERDUTY_URL =
      new Value<>(
          "url",
          Types.URL,
          "https://events.pagerduty.com",
          "https://events.eu.pagerduty.com",
          "What /v2/enqueue and /v2/change/enqueue are appended to.");
  static final Value<AlertSettings.From> PAGERDUTY_FROM =
      new Value<>(
          "from",
          Types.choice(AlertSettings.From.values(), AlertSettings.From::text),
          "critical",
          "warning",
          "The least that opens an incident.");
  static final Group PAGERDUTY =
      new Group("pagerduty", List.of(ROUTING_KEY, PAGERDUTY_URL, PAGERDUTY_FROM), "PagerDuty.");

  static final Value<MailServer> SMTP =
      new Value<>(
          "smtp",
          Types.MAIL_SERVER,
          "",
          "smtp://ripcord@mail.example.com:587",
          "The mail server. smtp:// needs STARTTLS, but for this machine; ?tls=none does without."
              + " smtps:// is TLS from the first byte.");
  static final Value<Secret> PASSWORD =
      new Value<>("password", Types.TOKEN, "", "${SMTP_PASSWORD}", "Of the user that smtp names.");
  static final Value<String> FROM =
      new Value<>("from", Types.MAIL_ADDRESS, "", "ripcord@example.com", "The sender's address.");
  static final Value<String> TO =
      new Value<>("to", Types.MAIL_ADDRESSES, "", "oncall@example.com", "Who gets mail.");
  static final Group EMAIL = new Group("email", List.of(SMTP, PASSWORD, FROM, TO), "E-mail.");

  static final Value<Secret> HEARTBEAT_URL =
      new Value<>(
          "url",
          Types.SECRET_URL,
          "",
          "https://hc-ping.com/your-uuid",
          "Is asked for by GET while the daemon is ready, and no longer when it is not.");
  static final Value<Duration> EVERY =
      new Value<>("every", Types.POSITIVE, "1m", "5m", "How often.");
  static final Group HEARTBEAT =
      new Group(
          "heartbeat", List.of(HEARTBEAT_URL, EVERY), "Who misses the daemon when it is gone.");

  static final Group ALERTS =
      new Group(
          "alerts",
          List.of(
              SLACK,
              SLACK_CHANNEL,
              WEBHOOK,
              WEBHOOK_SECRET,
              ALERTMANAGER,
              PAGERDUTY,
              EMAIL,
              HEARTBEAT,
              RUNBOOKS),
          "Where alerts are sent.");

  static final Value<String> ENVIRONMENT =
      new Value<>(
          "environment",
          Types.TEXT,
          "production",
          "staging",
          "Where the services run, as cdevents and traces say it.");
  static final Value<Secret> CDEVENTS_URL =
      new Value<>(
          "url",
          Types.SECRET_URL,
          "",
          "https://events.example.com/cdevents",
          "An HTTP endpoint that takes CloudEvents in binary mode.");
  static final Value<Secret> CDEVENTS_TOKEN =
      new Value<>(
          "token", Types.TOKEN, "", "${CDEVENTS_TOKEN}", "Is sent to it as a bearer token.");
  static final Group CDEVENTS =
      new Group(
          "cdevents",
          List.of(CDEVENTS_URL, CDEVENTS_TOKEN),
          "Where deployments, incidents and rollbacks are told as CDEvents.");

  static final Value<Secret> ENDPOINT =
      new Value<>(
          "endpoint",
          Types.SECRET_URL,
          "",
          "http://otel-collector:4318",
          "What /v1/traces is appended to; it must take JSON.");
  static final Value<Secret> TRACE_HEADERS =
      new Value<>(
          "headers",
          Types.HEADERS,
          "",
          "{Authorization: \"Bearer ${OTLP_TOKEN}\"}",
          "Are sent with each request.");
  static final Group TRACES =
      new Group(
          "traces",
          List.of(ENDPOINT, TRACE_HEADERS),
          "Where each watch is sent as a trace, by OpenTelemetry's OTLP over HTTP.");

  /** Where something is told: groups at the top of the file. */
  static final List<String> PLACES = List.of(ALERTS.name(), CDEVENTS.name(), TRACES.name());

  private AlertKeys() {}

  /**
   * Reads them.
   *
   * @param slack what the environment names, where the file does not
   */
  static AlertSettings read(Section top, Optional<Secret> slack) {
    return channels(top, slack).with(programs(top));
  }

  private static AlertSettings.Programs programs(Section top) {
    return new AlertSettings.Programs(
        top.value(ENVIRONMENT, ENVIRONMENT.standard()),
        top.section(CDEVENTS).flatMap(AlertKeys::cdEvents),
        top.section(TRACES).flatMap(AlertKeys::traces));
  }

  private static Optional<AlertSettings.Traces> traces(Section section) {
    if (!section.hasSecret(ENDPOINT)) {
      section.problem("needs an endpoint or endpoint_file");
    }
    Map<String, Secret> headers = section.secrets(TRACE_HEADERS);
    return section.secret(ENDPOINT).map(url -> new AlertSettings.Traces(url, headers));
  }

  private static Optional<AlertSettings.CdEvents> cdEvents(Section section) {
    if (!section.hasSecret(CDEVENTS_URL)) {
      section.problem("needs a url or url_file");
    }
    Optional<Secret> token = section.secret(CDEVENTS_TOKEN);
    return section.secret(CDEVENTS_URL).map(url -> new AlertSettings.CdEvents(url, token));
  }

  private static AlertSettings channels(Section top, Optional<Secret> slack) {
    Optional<Section> given = top.section(ALERTS);
    Optional<URI> daemon = top.value(PUBLIC_URL);
    if (given.isEmpty()) {
      return new AlertSettings(
          slack,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          new AlertSettings.Links(daemon, Optional.empty()));
    }
    Section alerts = given.get();
    if (alerts.hasSecret(WEBHOOK_SECRET) && !alerts.hasSecret(WEBHOOK)) {
      alerts.problem("has a webhook-secret, and no webhook to sign for");
    }
    return new AlertSettings(
        alerts.hasSecret(SLACK) ? alerts.secret(SLACK) : slack,
        alerts.value(SLACK_CHANNEL),
        alerts.secret(WEBHOOK),
        alerts.secret(WEBHOOK_SECRET),
        alerts.values(ALERTMANAGER),
        alerts.section(PAGERDUTY).flatMap(AlertKeys::pagerDuty),
        alerts.section(EMAIL).flatMap(AlertKeys::email),
        alerts.section(HEARTBEAT).flatMap(AlertKeys::heartbeat),
        new AlertSettings.Links(daemon, alerts.value(RUNBOOKS)));
  }

  private static Optional<AlertSettings.PagerDuty> pagerDuty(Section section) {
    if (!section.hasSecret(ROUTING_KEY)) {
      section.problem("needs a routing-key or routing-key_file");
    }
    URI base = section.value(PAGERDUTY_URL, PAGERDUTY_URL.standard());
    AlertSettings.From from = section.value(PAGERDUTY_FROM, PAGERDUTY_FROM.standard());
    return section.secret(ROUTING_KEY).map(key -> new AlertSettings.PagerDuty(key, base, from));
  }

  private static Optional<AlertSettings.Email> email(Section section) {
    Optional<MailServer> server = section.required(SMTP);
    Optional<String> from = section.required(FROM);
    if (!section.has(TO)) {
      section.problem("needs a to, such as to: " + TO.example());
    }
    List<String> to = section.values(TO);
    Optional<Secret> password = section.secret(PASSWORD);
    if (section.hasSecret(PASSWORD) && server.filter(s -> s.user().isEmpty()).isPresent()) {
      section.problem("has a password, and smtp names no user, as smtp://user@host:587");
    }
    return server.isEmpty() || from.isEmpty() || to.isEmpty()
        ? Optional.empty()
        : Optional.of(new AlertSettings.Email(server.get(), password, from.get(), to));
  }

  private static Optional<AlertSettings.Heartbeat> heartbeat(Section section) {
    if (!section.hasSecret(HEARTBEAT_URL)) {
      section.problem("needs a url or url_file");
    }
    Duration every = section.value(EVERY, EVERY.standard());
    return section.secret(HEARTBEAT_URL).map(url -> new AlertSettings.Heartbeat(url, every));
  }

  /** As the file would spell them; secrets as {@code ***}. */
  static Map<String, Object> shown(AlertSettings alerts) {
    Map<String, Object> shown = new LinkedHashMap<>();
    put(shown, SLACK, alerts.slack());
    put(shown, SLACK_CHANNEL, alerts.slackChannel());
    put(shown, WEBHOOK, alerts.webhook());
    put(shown, WEBHOOK_SECRET, alerts.webhookSecret());
    if (!alerts.alertmanagers().isEmpty()) {
      shown.put(
          ALERTMANAGER.name(), alerts.alertmanagers().stream().map(Secret::toString).toList());
    }
    alerts
        .pagerDuty()
        .ifPresent(
            pagerDuty -> {
              Map<String, Object> map = new LinkedHashMap<>();
              map.put(ROUTING_KEY.name(), pagerDuty.routingKey().toString());
              map.put(PAGERDUTY_URL.name(), pagerDuty.base().toString());
              map.put(PAGERDUTY_FROM.name(), pagerDuty.from().text());
              shown.put(PAGERDUTY.name(), map);
            });
    alerts
        .email()
        .ifPresent(
            email -> {
              Map<String, Object> map = new LinkedHashMap<>();
              map.put(SMTP.name(), email.server().text());
              put(map, PASSWORD, email.password());
              map.put(FROM.name(), email.from());
              map.put(TO.name(), email.to());
              shown.put(EMAIL.name(), map);
            });
    alerts
        .heartbeat()
        .ifPresent(
            heartbeat -> {
              Map<String, Object> map = new LinkedHashMap<>();
              map.put(HEARTBEAT_URL.name(), heartbeat.url().toString());
              map.put(EVERY.name(), Durations.text(heartbeat.every()));
              shown.put(HEARTBEAT.name(), map);
            });
    put(shown, RUNBOOKS, alerts.links().runbooks());
    return shown;
  }

  /** The same of what is told to other programs. */
  static Map<String, Object> shown(AlertSettings.Programs programs) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put(ENVIRONMENT.name(), programs.environment());
    programs
        .cdEvents()
        .ifPresent(
            given -> {
              Map<String, Object> map = new LinkedHashMap<>();
              map.put(CDEVENTS_URL.name(), given.url().toString());
              put(map, CDEVENTS_TOKEN, given.token());
              shown.put(CDEVENTS.name(), map);
            });
    programs
        .traces()
        .ifPresent(
            given -> {
              Map<String, Object> map = new LinkedHashMap<>();
              map.put(ENDPOINT.name(), given.endpoint().toString());
              Map<String, Object> headers = new LinkedHashMap<>();
              given.headers().forEach((name, value) -> headers.put(name, value.toString()));
              if (!headers.isEmpty()) {
                map.put(TRACE_HEADERS.name(), headers);
              }
              shown.put(TRACES.name(), map);
            });
    return shown;
  }

  private static void put(Map<String, Object> shown, Key key, Optional<?> value) {
    value.ifPresent(there -> shown.put(key.name(), there.toString()));
  }
}
