package dev.ripcord.bench;

import dev.ripcord.health.Poll;
import dev.ripcord.health.Rules;
import dev.ripcord.watch.Scene;
import dev.ripcord.watch.Watch;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Plays a watch around one burst of failing requests: some polls before it, the burst at a place of
 * its own, some polls after. What a burst adds to the false rollbacks of a service is how often
 * that condemns; without bursts the chance is calculated ({@link PollChain}).
 *
 * @param rules how polls are judged
 * @param requests how many each poll has, evenly spread over its 30 s
 * @param errorRate of the service when well
 * @param most how many requests of a burst fail at most
 * @param seconds how long a burst is at most; it fails every request in that time
 */
record Bursts(Rules rules, int requests, double errorRate, int most, double seconds) {
  private static final int BEFORE = 12;
  private static final int AFTER = 6;
  private static final double POLL_SECONDS = 30;
  private static final Instant START = Scene.START;

  /** The share of bursts that condemn, of so many played ones. */
  double condemning(int bursts, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Watch watch = new Watch(Scene.charter(rules, Duration.ZERO, Optional.empty()));
    int condemned = 0;
    for (int burst = 0; burst < bursts; burst++) {
      condemned += isCondemned(watch, random) ? 1 : 0;
    }
    return condemned / (double) bursts;
  }

  private boolean isCondemned(Watch watch, SplittableRandom random) {
    int inTime = (int) Math.ceil(seconds * requests / POLL_SECONDS);
    int failing = Math.clamp(inTime, 1, random.nextInt(1, most + 1));
    int first = BEFORE * requests + random.nextInt(requests);
    WatchState state = Watch.start();
    Instant now = START;
    for (int poll = 0; poll < BEFORE + AFTER + most / requests; poll++) {
      int from = Math.max(first, poll * requests);
      int to = Math.min(first + failing, (poll + 1) * requests);
      int inBurst = Math.max(0, to - from);
      long errors = inBurst + binomial(requests - inBurst, errorRate, random);
      now = now.plusSeconds(30);
      state =
          watch
              .on(state, new WatchEvent.Sampled(Poll.counting(errors, requests).at(now)), START)
              .next();
      if (!(state instanceof WatchState.Watching)) {
        return true;
      }
    }
    return false;
  }

  /** By geometric gaps between errors: few errors are few draws. */
  private static long binomial(int requests, double rate, SplittableRandom random) {
    if (rate <= 0) {
      return 0;
    }
    double log = Math.log1p(-rate);
    long errors = 0;
    double at = 0;
    while (true) {
      at += Math.floor(Math.log(1 - random.nextDouble()) / log) + 1;
      if (at > requests) {
        return errors;
      }
      errors++;
    }
  }
}
