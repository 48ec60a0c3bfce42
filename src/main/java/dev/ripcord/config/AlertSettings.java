package dev.ripcord.config;

import dev.ripcord.release.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where alerts are sent. Addresses are secrets, since many carry one.
 *
 * @param slack a Slack incoming webhook
 * @param slackChannel the channel to name in the message, where the webhook allows it
 * @param webhook any HTTP endpoint that takes our JSON
 * @param webhookSecret what the calls of that endpoint are signed with
 * @param alertmanagers the addresses of the Alertmanagers of one cluster
 * @param pagerDuty a service of PagerDuty
 * @param email a mail server, and who gets mail
 * @param heartbeat who misses us when we are gone
 * @param links where messages lead to
 * @param programs what is told to other programs, and where
 */
public record AlertSettings(
    Optional<Secret> slack,
    Optional<String> slackChannel,
    Optional<Secret> webhook,
    Optional<Secret> webhookSecret,
    List<Secret> alertmanagers,
    Optional<PagerDuty> pagerDuty,
    Optional<Email> email,
    Optional<Heartbeat> heartbeat,
    Links links,
    Programs programs) {
  /** Nobody is notified. */
  public static final AlertSettings NONE =
      new AlertSettings(Optional.empty(), Optional.empty(), Optional.empty());

  public AlertSettings {
    alertmanagers = List.copyOf(alertmanagers);
  }

  /** With nothing that is told to other programs. */
  public AlertSettings(
      Optional<Secret> slack,
      Optional<String> slackChannel,
      Optional<Secret> webhook,
      Optional<Secret> webhookSecret,
      List<Secret> alertmanagers,
      Optional<PagerDuty> pagerDuty,
      Optional<Email> email,
      Optional<Heartbeat> heartbeat,
      Links links) {
    this(
        slack,
        slackChannel,
        webhook,
        webhookSecret,
        alertmanagers,
        pagerDuty,
        email,
        heartbeat,
        links,
        Programs.NONE);
  }

  /** The same, and what is told to other programs. */
  public AlertSettings with(Programs others) {
    return new AlertSettings(
        slack,
        slackChannel,
        webhook,
        webhookSecret,
        alertmanagers,
        pagerDuty,
        email,
        heartbeat,
        links,
        others);
  }

  /** Of these channels, and no others. */
  public AlertSettings(
      Optional<Secret> slack, Optional<String> slackChannel, Optional<Secret> webhook) {
    this(
        slack,
        slackChannel,
        webhook,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Links.NONE);
  }

  /**
   * A service of PagerDuty.
   *
   * @param routingKey its integration key, of Events API v2
   * @param base what the paths of that API are appended to
   * @param from the least that opens an incident
   */
  public record PagerDuty(Secret routingKey, URI base, From from) {}

  /** The least that opens an incident. */
  public enum From {
    WARNING,
    CRITICAL;

    /** As the configuration spells it: {@code critical}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Mail.
   *
   * @param server where it is handed in
   * @param password of the user that the server's address names
   * @param from the sender's address
   * @param to the recipients' addresses
   */
  public record Email(MailServer server, Optional<Secret> password, String from, List<String> to) {
    public Email {
      to = List.copyOf(to);
    }
  }

  /**
   * Who misses us when we are gone.
   *
   * @param url is asked for again and again while all is well
   */
  public record Heartbeat(Secret url, Duration every) {}

  /**
   * Where messages lead to.
   *
   * @param daemon the daemon's own address, as people reach it
   * @param runbooks a page that has a section for each kind of alert
   */
  public record Links(Optional<URI> daemon, Optional<URI> runbooks) {
    /** Nowhere. */
    public static final Links NONE = new Links(Optional.empty(), Optional.empty());
  }

  /**
   * What is told to other programs, and where.
   *
   * @param environment where the services run, by a name that those programs know
   * @param cdEvents an endpoint that takes CDEvents
   * @param traces a receiver of OpenTelemetry
   */
  public record Programs(String environment, Optional<CdEvents> cdEvents, Optional<Traces> traces) {
    /** Nothing. */
    public static final Programs NONE =
        new Programs("production", Optional.empty(), Optional.empty());
  }

  /**
   * An endpoint that takes CDEvents.
   *
   * @param token is sent as a bearer token
   */
  public record CdEvents(Secret url, Optional<Secret> token) {}

  /**
   * A receiver of OpenTelemetry, by OTLP over HTTP.
   *
   * @param endpoint what /v1/traces is appended to
   * @param headers are sent with each request
   */
  public record Traces(Secret endpoint, Map<String, Secret> headers) {
    public Traces {
      headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }
  }
}
