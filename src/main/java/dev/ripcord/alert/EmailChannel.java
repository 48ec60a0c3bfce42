package dev.ripcord.alert;

import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.MailServer;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.port.Outbox.Route;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * E-mail, as plain text. The same alert always has the same Message-ID, so what is sent twice is
 * seen once by what looks at it; the messages on a release are one thread.
 */
final class EmailChannel implements Channel {
  static final String NAME = "email";

  private static final int GROUP_MAX = 50;
  private static final int SUBJECT_MAX = 150;

  private final AlertSettings.Email settings;
  private final AlertLinks links;
  private final MailClient client;
  private final Duration deadline;

  EmailChannel(Vertx vertx, AlertSettings.Email settings, AlertLinks links, Duration deadline) {
    this.settings = settings;
    this.links = links;
    this.deadline = deadline;
    this.client = MailClient.create(vertx, config(settings, deadline));
  }

  private static MailConfig config(AlertSettings.Email settings, Duration deadline) {
    MailServer server = settings.server();
    Optional<String> password = settings.password().map(Secret::reveal);
    MailConfig config =
        new MailConfig(server.host(), server.port())
            .setSsl(server.tls() == MailServer.Tls.IMPLICIT)
            .setStarttls(
                switch (server.tls()) {
                  case REQUIRED -> StartTLSOptions.REQUIRED;
                  case OPTIONAL -> StartTLSOptions.OPTIONAL;
                  case IMPLICIT, NONE -> StartTLSOptions.DISABLED;
                })
            .setHostnameVerificationAlgorithm("HTTPS")
            // Else the client asks DNS for this machine's name, and blocks the event loop for it.
            .setOwnHostname(domain(settings))
            .setLogin(password.isPresent() ? LoginOption.REQUIRED : LoginOption.DISABLED)
            .setConnectTimeout(Math.toIntExact(deadline.toMillis()))
            .setMaxPoolSize(1)
            .setKeepAlive(false)
            .setUserAgent("ripcord");
    password.ifPresent(secret -> config.setUsername(server.user().orElse("")).setPassword(secret));
    return config;
  }

  @Override
  public Route route() {
    return Route.of(NAME);
  }

  @Override
  public int most() {
    return GROUP_MAX;
  }

  @Override
  public Future<Void> close() {
    return client.close();
  }

  @Override
  public Future<Delivery> deliver(List<Due> message) {
    MailMessage mail = message.size() == 1 ? single(message.getFirst()) : group(message);
    return client
        .sendMail(mail)
        .timeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
        .<Delivery>map(sent -> new Delivery.Sent())
        .otherwise(this::describe);
  }

  private MailMessage single(Due due) {
    Alert alert = due.alert();
    List<String> text = new ArrayList<>(alert.lines());
    MailMessage mail =
        mail(due, AlertFormat.marked(alert), text, links.of(alert), AlertFormat.origin(alert));
    String thread = id("thread/" + due.journal() + "/" + alert.service() + "/" + alert.release());
    mail.getHeaders().set("References", thread).set("In-Reply-To", thread);
    return mail;
  }

  private MailMessage group(List<Due> message) {
    List<Alert> alerts = message.stream().map(Due::alert).toList();
    List<String> text = new ArrayList<>();
    alerts.forEach(alert -> text.add(AlertFormat.line(alert)));
    return mail(
        message.getFirst(),
        AlertFormat.groupTitle(alerts),
        text,
        links.ofGroup(alerts.getFirst().kind()),
        AlertFormat.origin(alerts));
  }

  private MailMessage mail(
      Due first, String title, List<String> lines, List<AlertLinks.Link> pages, String origin) {
    List<String> text = new ArrayList<>();
    text.add(title);
    text.add("");
    text.addAll(lines);
    if (!pages.isEmpty()) {
      text.add("");
      pages.forEach(page -> text.add(page.text() + ": " + page.url()));
    }
    text.add("");
    text.add(origin);
    return new MailMessage()
        .setFrom("Ripcord <" + settings.from() + ">")
        .setTo(settings.to())
        .setSubject(AlertFormat.cut(title, SUBJECT_MAX))
        .setText(String.join("\n", text) + "\n")
        .setHeaders(
            MultiMap.caseInsensitiveMultiMap()
                .set("Message-ID", id(first.key()))
                .set("Auto-Submitted", "auto-generated"));
  }

  /** An id as mail knows it, always the same for the same key. */
  private String id(String key) {
    return "<ripcord."
        + UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8))
        + "@"
        + domain(settings)
        + ">";
  }

  private static String domain(AlertSettings.Email settings) {
    return settings.from().substring(settings.from().lastIndexOf('@') + 1);
  }

  /** What the server says may name people: its code is enough. */
  private Delivery describe(Throwable failure) {
    if (failure instanceof SMTPException said) {
      String why = "answered " + said.getReplyCode();
      return said.isPermanent()
          ? new Delivery.Never(why + ": check user, password, sender and recipients")
          : new Delivery.Later(why, Optional.empty());
    }
    String why =
        switch (failure) {
          case UnknownHostException _ -> "the host's name does not resolve";
          case ConnectException _ -> "no connection: refused or unreachable";
          case SSLException _ -> "no TLS connection";
          case TimeoutException _ -> "not taken within " + deadline.toMillis() + " ms";
          default -> untold(String.valueOf(failure.getMessage()));
        };
    return new Delivery.Later(why, Optional.empty());
  }

  /** What the mail client refuses by itself has no type of its own. */
  private static String untold(String text) {
    if (text.contains("TLS")) {
      return "the server offers no STARTTLS, which smtp:// needs";
    }
    return text.contains("login") || text.contains("auth")
        ? "the login failed: check user and password"
        : "the connection broke off before the mail was taken";
  }
}
