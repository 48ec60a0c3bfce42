package dev.ripcord.web.access;

import dev.ripcord.config.AccessSettings;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The tokens of the daemon, who has signed in with them, and how often each may ask, for as long as
 * the process lives. Any thread may call.
 */
public final class Access {
  /** So many wrong tokens may be given at once from one address. */
  static final int WRONG_MAX = 10;

  /** After so long one more may be wrong. */
  static final Duration FORGIVEN = Duration.ofSeconds(30);

  /** So many writes may come at once, such as from a pipeline that announces all of a company. */
  public static final int WRITES = 1000;

  /** After so long one more may come. */
  static final Duration EACH_WRITE = Duration.ofMillis(100);

  /** So many reads may come at once, such as from the pages of all behind one proxy. */
  public static final int READS = 5000;

  /** After so long one more may come. */
  static final Duration EACH_READ = Duration.ofMillis(5);

  private volatile Known known;
  private final Sessions sessions;
  private final RateLimit wrong;
  private final RateLimit reads;
  private final RateLimit writes;

  /**
   * Nobody has signed in yet.
   *
   * @param nanos a monotonic clock, nanoseconds
   */
  public Access(AccessSettings settings, LongSupplier nanos) {
    this(settings, nanos, new SecureRandom());
  }

  Access(AccessSettings settings, LongSupplier nanos, RandomGenerator random) {
    this.known = new Known(settings, new Tokens(settings));
    this.sessions = new Sessions(nanos, random);
    this.wrong = new RateLimit(nanos, WRONG_MAX, FORGIVEN);
    this.reads = new RateLimit(nanos, READS, EACH_READ);
    this.writes = new RateLimit(nanos, WRITES, EACH_WRITE);
  }

  private record Known(AccessSettings settings, Tokens tokens) {}

  /**
   * Other tokens count from now on. Who has signed in with one that is gone, or that may do
   * something else now, is signed out.
   */
  public void configure(AccessSettings next) {
    Known before = known;
    known = new Known(next, new Tokens(next));
    sessions.keep(caller -> isUnchanged(caller, before.settings(), next));
  }

  private static boolean isUnchanged(Caller caller, AccessSettings before, AccessSettings next) {
    return caller
        .name()
        .map(name -> named(before, name).equals(named(next, name)))
        .orElseGet(() -> before.token().equals(next.token()));
  }

  private static List<AccessSettings.NamedToken> named(AccessSettings settings, String name) {
    return settings.tokens().stream().filter(each -> each.name().equals(name)).toList();
  }

  /** As configured. */
  public AccessSettings settings() {
    return known.settings();
  }

  /** Whether there is a token at all, and so something to sign in with. */
  public boolean hasTokens() {
    return !known.tokens().isEmpty();
  }

  /** Whose token it is. */
  public Optional<Caller> byToken(String given) {
    return known.tokens().find(given);
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
    Optional<Duration> wait = wrong.wait(address);
    if (wait.isPresent()) {
      return new SignedIn.TooOften(wait.get());
    }
    Optional<Caller> caller = known.tokens().find(token);
    if (caller.isEmpty()) {
      wrong.count(address);
      return new SignedIn.Wrong();
    }
    return new SignedIn.Yes(caller.get(), sessions.begin(caller.get()));
  }

  /**
   * Counts a read, unless too many came of late; gives how long to wait then.
   *
   * @param address where from, as text
   */
  public Optional<Duration> read(String address) {
    return reads.take(address);
  }

  /**
   * Counts something that changes something, unless too many came of late; gives how long to wait
   * then.
   *
   * @param who an address as text, or whose token
   */
  public Optional<Duration> write(String who) {
    return writes.take(who);
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
