package dev.ripcord.demo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Customers: so many requests a second to one address, whether or not the ones before were
 * answered. An answer from 400 on, none within two seconds, and no connection count as failed;
 * nothing is tried again. The counts may be read from any thread.
 */
public final class Traffic {
  private static final int DEADLINE_MILLIS = 2000;
  private static final int CONNECTIONS = 32;

  private final Vertx vertx;
  private final HttpClient client;
  private final RequestOptions request;
  private final long timer;
  private final LongAdder sent = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private volatile boolean stopped;

  private Traffic(Vertx vertx, URI address, int perSecond) {
    this.vertx = vertx;
    client =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout(DEADLINE_MILLIS),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    request = new RequestOptions().setAbsoluteURI(address.toString()).setTimeout(DEADLINE_MILLIS);
    timer = vertx.setPeriodic(1000 / perSecond, tick -> send());
  }

  /**
   * Begins to send.
   *
   * @param perSecond 1 to 1000; the pause between two is in whole milliseconds, so from 30 on it is
   *     only about that many
   */
  public static Traffic start(Vertx vertx, URI address, int perSecond) {
    if (perSecond < 1 || perSecond > 1000) {
      throw new IllegalArgumentException(perSecond + " requests a second; give 1 to 1000");
    }
    return new Traffic(vertx, address, perSecond);
  }

  /** How many requests have been answered or given up. */
  public long sent() {
    return sent.sum();
  }

  /** How many of these were not served. */
  public long failed() {
    return failed.sum();
  }

  /** Sends no more, and drops what is under way without counting it. */
  public Future<Void> stop() {
    stopped = true;
    vertx.cancelTimer(timer);
    return client.close();
  }

  private void send() {
    client
        .request(request)
        .compose(
            opened ->
                opened
                    .send()
                    .compose(answer -> answer.body().map(answer.statusCode()))
                    .timeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                    .onFailure(gone -> opened.reset()))
        .onComplete(status -> count(status < 400), gone -> count(false));
  }

  private void count(boolean served) {
    if (stopped) {
      return;
    }
    sent.increment();
    if (!served) {
      failed.increment();
    }
  }
}
