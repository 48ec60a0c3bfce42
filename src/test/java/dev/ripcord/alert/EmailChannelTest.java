package dev.ripcord.alert;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.ripcord.FreePort;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.MailServer;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Alert.Kind;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.release.Secret;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Against a mail server of its own. */
class EmailChannelTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  private final Vertx vertx = Vertx.vertx();
  private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final List<EmailChannel> channels = new ArrayList<>();

  @BeforeEach
  void begin() {
    server.start();
    log.start();
    ((Logger) LoggerFactory.getLogger("dev.ripcord")).addAppender(log);
  }

  @AfterEach
  void end() {
    channels.forEach(channel -> await(channel.close()));
    server.stop();
    await(vertx.close());
    ((Logger) LoggerFactory.getLogger("dev.ripcord")).detachAppender(log);
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .noneMatch(line -> line.contains("verysecret"));
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(20, TimeUnit.SECONDS).await();
  }

  private EmailChannel channel(String server, Optional<Secret> password) {
    EmailChannel channel =
        new EmailChannel(
            vertx,
            new AlertSettings.Email(
                MailServer.parse(server),
                password,
                "ripcord@example.com",
                List.of("a@example.com", "b@example.com")),
            new AlertLinks(
                new AlertSettings.Links(
                    Optional.of(URI.create("https://r.example")),
                    Optional.of(URI.create("https://wiki.example/r")))),
            Duration.ofSeconds(15));
    channels.add(channel);
    return channel;
  }

  private EmailChannel plain() {
    return channel("smtp://127.0.0.1:" + server.getSmtp().getPort(), Optional.empty());
  }

  private static Due due(String key, Kind kind, String service) {
    Alert alert =
        new Alert(
            key,
            kind,
            new ServiceName(service),
            "v42",
            service + " v42: größer",
            List.of("Error rate 9% <b>", "To stop it: ripcord abort"),
            AT);
    return new Due(1, "email", key + "/journal", alert, 0);
  }

  private static Channel.Delivery sent() {
    return new Channel.Delivery.Sent();
  }

  @Test
  void alert_isAMailOfPlainTextWithItsLinks() throws Exception {
    assertThat(await(plain().deliver(List.of(due("watch-17/failed", Kind.FAILED, "shop")))))
        .isEqualTo(sent());

    MimeMessage mail = server.getReceivedMessages()[0];
    assertThat(mail.getSubject()).isEqualTo("✖ shop v42: größer");
    assertThat(mail.getFrom()[0].toString()).isEqualTo("Ripcord <ripcord@example.com>");
    assertThat(mail.getAllRecipients())
        .extracting(Object::toString)
        .containsExactly("a@example.com", "b@example.com");
    assertThat(mail.getContentType()).startsWith("text/plain");
    assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
    assertThat(mail.getContent().toString().lines())
        .containsExactly(
            "✖ shop v42: größer",
            "",
            "Error rate 9% <b>",
            "To stop it: ripcord abort",
            "",
            "Release page: https://r.example/releases/17",
            "What to do: https://wiki.example/r#failed",
            "",
            "Ripcord · shop v42 · 2026-01-02T03:04:05.000Z");
  }

  @Test
  void sameAlertAgain_hasTheSameIdAndARelease_isOneThread() throws Exception {
    await(plain().deliver(List.of(due("watch-17/rollback", Kind.ROLLBACK, "shop"))));
    await(plain().deliver(List.of(due("watch-17/rollback", Kind.ROLLBACK, "shop"))));
    await(plain().deliver(List.of(due("watch-17/rolled-back", Kind.ROLLED_BACK, "shop"))));
    await(plain().deliver(List.of(due("watch-18/rollback", Kind.ROLLBACK, "cart"))));

    // Each of the two who get mail has all four, in order.
    List<MimeMessage> mails = List.of(server.getReceivedMessages()).subList(0, 4);
    List<String> ids = new ArrayList<>();
    List<String> threads = new ArrayList<>();
    for (MimeMessage mail : mails) {
      ids.add(mail.getMessageID());
      threads.add(mail.getHeader("References")[0]);
    }
    assertThat(ids.get(0)).isEqualTo(ids.get(1)).matches("<ripcord\\.[0-9a-f-]{36}@example\\.com>");
    assertThat(ids.get(2)).isNotEqualTo(ids.get(0));
    assertThat(threads.get(0)).isEqualTo(threads.get(2)).isNotEqualTo(threads.get(3));
    assertThat(mails.getFirst().getHeader("In-Reply-To")[0]).isEqualTo(threads.get(0));
  }

  @Test
  void manyOfOneKind_areOneMailWithALineForEach() throws Exception {
    List<Due> group = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      group.add(due("watch-" + i + "/breach/1", Kind.BREACH, "s" + i));
    }
    assertThat(await(plain().deliver(group))).isEqualTo(sent());

    MimeMessage mail = server.getReceivedMessages()[0];
    assertThat(mail.getSubject()).isEqualTo("▲ 30 alerts of one kind: breach");
    assertThat(mail.getContent().toString())
        .contains("s29 v42: größer · Error rate 9% <b>", "All services: https://r.example");
  }

  @Test
  void login_isTried_andAWrongOneIsGivenUpWithoutThePassword() {
    server.setUser("ripcord@example.com", "ripcord", "right");
    server.getManagers().getUserManager().setAuthRequired(true);
    String address = "smtp://ripcord@127.0.0.1:" + server.getSmtp().getPort();
    List<Due> message = List.of(due("watch-17/failed", Kind.FAILED, "shop"));

    assertThat(await(channel(address, Optional.of(new Secret("right"))).deliver(message)))
        .isEqualTo(sent());
    Channel.Delivery wrong =
        await(channel(address, Optional.of(new Secret("verysecret"))).deliver(message));
    assertThat(wrong)
        .isEqualTo(
            new Channel.Delivery.Never(
                "answered 535: check user, password, sender and recipients"));
  }

  @Test
  void serverWithoutStartTls_isNotTrustedWithAMailThatNeedsIt() {
    String address = "smtp://127.0.0.1:" + server.getSmtp().getPort() + "?tls=required";

    assertThat(
            await(
                channel(address, Optional.empty())
                    .deliver(List.of(due("watch-17/failed", Kind.FAILED, "shop")))))
        .isEqualTo(
            new Channel.Delivery.Later(
                "the server offers no STARTTLS, which smtp:// needs", Optional.empty()));
    assertThat(server.getReceivedMessages()).isEmpty();
  }

  @Test
  void nobodyThere_isTriedLater() {
    Channel.Delivery delivery =
        await(
            channel("smtp://127.0.0.1:" + FreePort.next(), Optional.empty())
                .deliver(List.of(due("watch-17/failed", Kind.FAILED, "shop"))));
    assertThat(delivery)
        .isEqualTo(
            new Channel.Delivery.Later("no connection: refused or unreachable", Optional.empty()));
  }
}
