package dev.ripcord.web.access;

import dev.ripcord.config.AccessSettings;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The tokens of the daemon and who has signed in with them, for as long as the process lives. Any
 * thread may call.
 */
public final class Access {
  private final AccessSettings settings;
  private final Tokens tokens;
  private final Sessions sessions;
  private final Attempts attempts;

  /**
   * Nobody has signed in yet.
   *
   * @param nanos a monotonic clock, nanoseconds
   */
  public Access(AccessSettings settings, LongSupplier nanos) {
    this(settings, nanos, new SecureRandom());
  }

  Access(AccessSettings settings, LongSupplier nanos, RandomGenerator random) {
    this.settings = settings;
    this.tokens = new Tokens(settings);
    this.sessions = new Sessions(nanos, random);
    this.attempts = new Attempts(nanos);
  }

  /** As configured. */
  public AccessSettings settings() {
    return settings;
  }

  /** Whether there is a token at all, and so something to sign in with. */
  public boolean hasTokens() {
    return !tokens.isEmpty();
  }

  /** Whose token it is. */
  public Optional<Caller> byToken(String given) {
    return tokens.find(given);
  }

  /** Who has signed in with this number. */
  public Optional<Caller> bySession(String number) {
    return sessions.use(number);
  }

  /**
   * Signs in.
   *
   * @param token what was given
   * @param address where from, as text
   */
  public SignedIn signIn(String token, String address) {
    Optional<Duration> wait = attempts.wait(address);
    if (wait.isPresent()) {
      return new SignedIn.TooOften(wait.get());
    }
    Optional<Caller> caller = tokens.find(token);
    if (caller.isEmpty()) {
      attempts.wrong(address);
      return new SignedIn.Wrong();
    }
    return new SignedIn.Yes(caller.get(), sessions.begin(caller.get()));
  }

  /** Ends what {@link #signIn} began. */
  public void signOut(String number) {
    sessions.end(number);
  }

  /** What came of signing in. */
  public sealed interface SignedIn {
    /**
     * The token is right.
     *
     * @param session the number for the browser to keep
     */
    record Yes(Caller caller, String session) implements SignedIn {}

    /** It is not. */
    record Wrong() implements SignedIn {}

    /**
     * It was not looked at: too many wrong ones came from the address.
     *
     * @param pause how long until it may try again
     */
    record TooOften(Duration pause) implements SignedIn {}
  }
}
