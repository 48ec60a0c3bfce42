package dev.ripcord.web.silence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Alert;
import dev.ripcord.silence.Silence;
import dev.ripcord.silence.SilenceScope;
import dev.ripcord.silence.Silences;
import dev.ripcord.web.access.Caller;
import dev.ripcord.web.page.Html;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SilenceFormsTest {
  private static final Instant NOW = Examples.AT;
  private static final Optional<Caller> ANN =
      Optional.of(new Caller(Optional.of("ann"), Role.OPERATOR));
  private static final Silence RACK =
      new Silence(
          3,
          new SilenceScope("shop-*"),
          Optional.of(Alert.Kind.BREACH),
          "kim",
          "moves to <the> new rack",
          NOW,
          NOW.plusSeconds(600),
          Optional.empty(),
          2);

  private static String onService(Optional<Caller> caller) {
    return new SilenceForms(caller, NOW).onService(Examples.SHOP, List.of(RACK)).toString();
  }

  private static String page(Optional<Caller> caller, SilenceDraft draft, Optional<String> wrong) {
    return new SilenceForms(caller, NOW)
        .page(new Silences(List.of(RACK)), draft, wrong, Html.NOTHING)
        .main()
        .toString();
  }

  @Test
  void silence_saysWhoWhyAndUntilWhen_andThatItIsRolledBackAllTheSame() {
    assertThat(onService(Optional.empty()))
        .contains("Its alerts are silenced until <time")
        .contains("UTC</time> by kim, breach only: moves to &lt;the&gt; new rack.")
        .contains("It is judged and rolled back all the same.");
  }

  @Test
  void whoHasNotSignedIn_isSentThere_andWhoMayNot_hasNoButton() {
    assertThat(onService(Optional.empty()))
        .contains("href=\"../sign-in?to=services%2Fshop\"")
        .doesNotContain("<button");
    assertThat(onService(Optional.of(new Caller(Optional.of("vic"), Role.VIEWER))))
        .doesNotContain("<button", "sign-in");
    assertThat(
            page(
                Optional.of(new Caller(Optional.of("vic"), Role.VIEWER)),
                SilenceDraft.of("", ""),
                Optional.empty()))
        .contains("the role operator is needed; the token of vic has the role viewer")
        .doesNotContain("<form");
  }

  @Test
  void buttons_leadToAPageWithoutScripts_andToADialogWithThem() {
    assertThat(onService(ANN))
        .contains("<form method=\"get\" action=\"../silences\">")
        .contains("data-dialog=\"dialog-silence\"", "<dialog id=\"dialog-silence\"")
        .contains("<form method=\"get\" action=\"../silences/3/end\">")
        .contains("data-dialog=\"dialog-end-3\"", "End the silence of shop-*?")
        .contains("It has held 2 alerts back.", "The journal writes down: by ann.")
        .doesNotContain("name=\"by\"");
  }

  @Test
  void whoHasNoName_isAskedForOne() {
    assertThat(onService(Optional.of(Caller.LOCAL)))
        .contains("id=\"by-silence\" name=\"by\"", "id=\"by-end-3\" name=\"by\"");
  }

  @Test
  void refusedForm_keepsWhatWasTyped() {
    SilenceDraft typed = new SilenceDraft("sh\"op", "8h", "breach", "<rack>", "", "services/shop");

    assertThat(page(ANN, typed, Optional.of("no service \"sh\" is configured")))
        .contains("✖ Not silenced: no service &quot;sh&quot; is configured")
        .contains("value=\"sh&quot;op\"", "value=\"&lt;rack&gt;\"")
        .contains("<option value=\"8h\" selected>", "<option value=\"breach\" selected>")
        .contains("name=\"to\" value=\"services/shop\"");
  }

  @Test
  void page_listsThoseThatHold() {
    assertThat(page(ANN, SilenceDraft.of("", ""), Optional.empty()))
        .contains("1 silence holds", "<b>shop-*</b> silenced until", "kim, breach only: moves")
        .contains("It has held 2 alerts back.")
        .contains("action=\"./silences/3/end\"");
    assertThat(
            new SilenceForms(ANN, NOW)
                .page(Silences.NONE, SilenceDraft.of("", ""), Optional.empty(), Html.NOTHING)
                .main()
                .toString())
        .contains("No silence holds: every alert is sent.")
        .doesNotContain("<li");
  }
}
