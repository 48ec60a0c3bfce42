package dev.ripcord.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopLagTest {
  private static final int LOOPS = 2;
  private static final long PATIENCE_SECONDS = 20;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private static Duration next(BlockingQueue<Duration> seen) throws InterruptedException {
    Duration late = seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(late).isNotNull();
    return late;
  }

  @Test
  void everyLoop_isMeasured_onItself() throws Exception {
    Set<Thread> loops = ConcurrentHashMap.newKeySet();
    CountDownLatch both = new CountDownLatch(LOOPS);
    Runnable stop =
        EventLoopLag.start(
            vertx,
            System::nanoTime,
            _ -> {
              if (loops.add(Thread.currentThread())) {
                both.countDown();
              }
            });

    assertThat(both.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    stop.run();
    assertThat(loops).allMatch(Thread::isAlive).hasSize(LOOPS);
  }

  @Test
  void loopThatIsHeld_isLateByAsMuch() throws Exception {
    BlockingQueue<Duration> seen = new LinkedBlockingQueue<>();
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Thread[] loop = new Thread[1];
    vertx.runOnContext(
        _ -> {
          loop[0] = Thread.currentThread();
          held.countDown();
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    held.await();
    long since = System.nanoTime();
    Runnable stop =
        EventLoopLag.start(
            vertx,
            System::nanoTime,
            late -> {
              if (Thread.currentThread() == loop[0]) {
                seen.add(late);
              } else if (System.nanoTime() - since > TimeUnit.SECONDS.toNanos(1)) {
                release.countDown();
              }
            });

    assertThat(next(seen)).isGreaterThan(Duration.ofMillis(500));
    stop.run();
  }
}
