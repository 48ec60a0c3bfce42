package dev.ripcord.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.AccessSettings.NamedToken;
import dev.ripcord.config.AccessSettings.Reading;
import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.release.Secret;
import dev.ripcord.web.access.Access.SignedIn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {
  private static final String HOME = "10.0.0.1";
  private static final Caller ANN = new Caller(Optional.of("ann"), Role.APPROVER);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final Access access =
      new Access(
          new AccessSettings(
              Optional.of(new Secret("all")),
              List.of(
                  new NamedToken("ann", Role.APPROVER, new Secret("anns")),
                  new NamedToken("eve", Role.VIEWER, new Secret("eves"))),
              Reading.OPEN,
              Optional.empty(),
              Optional.empty()),
          nanos::get,
          new SplittableRandom(1));

  private void later(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private String signIn(String token) {
    return ((SignedIn.Yes) access.signIn(token, HOME)).session();
  }

  @ParameterizedTest
  @CsvSource({
    "VIEWER,   VIEWER,   true",
    "VIEWER,   OPERATOR, false",
    "OPERATOR, VIEWER,   true",
    "OPERATOR, OPERATOR, true",
    "OPERATOR, APPROVER, false",
    "APPROVER, OPERATOR, true",
    "APPROVER, APPROVER, true",
    "APPROVER, ADMIN,    false",
    "ADMIN,    APPROVER, true",
  })
  void role_includesThoseBeforeIt(Role role, Role needed, boolean may) {
    assertThat(new Caller(Optional.empty(), role).may(needed)).isEqualTo(may);
  }

  @Test
  void otherTokens_signOutWhoseTokenIsGoneOrMayDoSomethingElse() {
    String anns = signIn("anns");
    String eves = signIn("eves");
    String unnamed = signIn("all");

    access.configure(
        new AccessSettings(
            Optional.of(new Secret("all")),
            List.of(
                new NamedToken("ann", Role.APPROVER, new Secret("anns")),
                new NamedToken("eve", Role.OPERATOR, new Secret("eves")),
                new NamedToken("bob", Role.VIEWER, new Secret("bobs"))),
            Reading.TOKEN,
            Optional.empty(),
            Optional.empty()));

    assertThat(access.bySession(anns)).contains(ANN);
    assertThat(access.bySession(unnamed)).isPresent();
    assertThat(access.bySession(eves)).isEmpty();
    assertThat(access.byToken("bobs").map(Caller::role)).contains(Role.VIEWER);
    assertThat(access.settings().reading()).isEqualTo(Reading.TOKEN);

    access.configure(AccessSettings.OPEN);
    assertThat(access.bySession(anns)).isEmpty();
    assertThat(access.bySession(unnamed)).isEmpty();
    assertThat(access.byToken("anns")).isEmpty();
    assertThat(access.hasTokens()).isFalse();
  }

  @Test
  void token_isThatOfItsOwner() {
    assertThat(access.byToken("anns")).contains(ANN);
    assertThat(access.byToken("eves").map(Caller::role)).contains(Role.VIEWER);
    assertThat(access.byToken("all")).contains(new Caller(Optional.empty(), Role.ADMIN));
    assertThat(access.byToken("ann")).isEmpty();
    assertThat(access.byToken("")).isEmpty();
  }

  @Test
  void session_isWhoeverSignedIn_untilTheySignOut() {
    String session = signIn("anns");

    assertThat(session).matches("[A-Za-z0-9_-]{43}").doesNotContain("anns");
    assertThat(access.bySession(session)).contains(ANN);
    assertThat(access.bySession(session + "x")).isEmpty();
    access.signOut(session);
    assertThat(access.bySession(session)).isEmpty();
  }

  @Test
  void session_unusedForTooLong_isOver() {
    String session = signIn("anns");

    later(Sessions.IDLE.minusSeconds(1));
    assertThat(access.bySession(session)).contains(ANN);
    later(Sessions.IDLE);
    assertThat(access.bySession(session)).isEmpty();
  }

  @Test
  void session_usedAllTheTime_isOverAfterADay() {
    String session = signIn("anns");
    Duration hour = Duration.ofHours(1);
    for (int i = 1; i < Sessions.LONGEST.toHours(); i++) {
      later(hour);
      assertThat(access.bySession(session)).contains(ANN);
    }

    later(hour);

    assertThat(access.bySession(session)).isEmpty();
  }

  @Test
  void sessions_beyondTheBound_endTheOneUnusedForLongest() {
    List<String> sessions = new ArrayList<>();
    for (int i = 0; i < Sessions.OPEN_MAX; i++) {
      sessions.add(signIn("anns"));
    }
    assertThat(access.bySession(sessions.getFirst())).contains(ANN);

    String one = signIn("eves");

    assertThat(access.bySession(sessions.get(1))).isEmpty();
    assertThat(access.bySession(sessions.getFirst())).contains(ANN);
    assertThat(access.bySession(one)).isPresent();
  }

  @Test
  void wrongTokens_tooMany_areNotLookedAtForAWhile() {
    for (int i = 0; i < Access.WRONG_MAX; i++) {
      assertThat(access.signIn("wrong", HOME)).isEqualTo(new SignedIn.Wrong());
    }

    assertThat(access.signIn("anns", HOME)).isEqualTo(new SignedIn.TooOften(Access.FORGIVEN));
    assertThat(access.signIn("anns", "10.0.0.2")).isInstanceOf(SignedIn.Yes.class);
    later(Access.FORGIVEN);
    assertThat(access.signIn("anns", HOME)).isInstanceOf(SignedIn.Yes.class);
  }

  @Test
  void wrongTokens_fromOneNetworkOfIpv6_countTogether() {
    for (int i = 0; i < Access.WRONG_MAX; i++) {
      access.signIn("wrong", "2001:db8:1:2::" + i);
    }

    assertThat(access.signIn("anns", "2001:db8:1:2:ffff::1")).isInstanceOf(SignedIn.TooOften.class);
    assertThat(access.signIn("anns", "2001:db8:1:3::1")).isInstanceOf(SignedIn.Yes.class);
  }

  @Test
  void wrongTokens_fromManyAddresses_areForgottenOneByOne() {
    for (int i = 0; i < Access.WRONG_MAX; i++) {
      access.signIn("wrong", HOME);
    }
    for (int i = 0; i < RateLimit.ADDRESSES_MAX; i++) {
      access.signIn("wrong", "172." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255));
    }

    assertThat(access.signIn("anns", HOME)).isInstanceOf(SignedIn.Yes.class);
  }
}
