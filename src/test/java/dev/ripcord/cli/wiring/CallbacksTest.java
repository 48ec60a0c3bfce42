package dev.ripcord.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.ripcord.cli.console.Console;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A callback that fails with an error ends the process with its cause. */
final class CallbacksTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);
  private final Console console = new Console(err, err, Map.of(), false);

  @Test
  void b4_errorOnTheEventLoop_endsTheProcessOnceWithItsCause() throws InterruptedException {
    Vertx vertx = Vertx.vertx();
    try {
      CountDownLatch ended = new CountDownLatch(1);
      AtomicInteger ends = new AtomicInteger();
      Callbacks callbacks =
          new Callbacks(
              console,
              () -> {
                ends.incrementAndGet();
                ended.countDown();
              });
      vertx.exceptionHandler(callbacks::failed);
      vertx.runOnContext(
          x -> {
            throw new StackOverflowError();
          });
      assertThat(ended.await(120, TimeUnit.SECONDS)).isTrue();
      callbacks.failed(new OutOfMemoryError("Java heap space"));
      assertThat(ends).hasValue(1);
      assertThat(said.toString(StandardCharsets.UTF_8))
          .contains("ripcord: the program's stack is full")
          .doesNotContain("Error");
    } finally {
      var _ = vertx.close().await();
    }
  }

  @Test
  void failed_exception_endsNothing() {
    new Callbacks(
            console,
            () -> {
              throw new AssertionError("ended");
            })
        .failed(new IllegalStateException("a library's own trouble"));
    assertThat(said.toString(StandardCharsets.UTF_8)).doesNotContain("process ends");
  }

  @Test
  void e10_workThatEndsAfterTheEventLoops_isNotWorthAWord() throws InterruptedException {
    Logger logger = (Logger) LoggerFactory.getLogger(Callbacks.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      fail(new RejectedExecutionException("event executor terminated"));
      fail(new IllegalStateException("something else"));
    } finally {
      logger.detachAppender(log);
    }

    assertThat(log.list)
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("worker failed");
  }

  private static void fail(RuntimeException failure) throws InterruptedException {
    Thread thread =
        new Thread(
            () -> {
              throw failure;
            },
            "worker");
    thread.setUncaughtExceptionHandler(Callbacks::uncaught);
    thread.start();
    thread.join();
  }
}
