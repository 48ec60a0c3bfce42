package dev.ripcord.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A loop over what is answered later: no turn costs the stack or leaves anything behind. */
final class AsyncLoopTest {
  private static final int TURNS = 1_000_000;

  @Test
  void b4_aMillionTurns_overAtOnce_needNoStack() {
    AtomicInteger turns = new AtomicInteger();
    Future<Integer> answer =
        AsyncLoop.until(
            () ->
                Future.succeededFuture(
                    Optional.of(turns.incrementAndGet()).filter(each -> each == TURNS)));
    assertThat(answer.result()).isEqualTo(TURNS);
  }

  @Test
  void b4_aMillionTurns_overLater_needNoStack() {
    int turns = 0;
    Deque<Promise<Optional<Integer>>> open = new ArrayDeque<>();
    Future<Integer> answer =
        AsyncLoop.until(
            () -> {
              open.add(Promise.promise());
              return open.getLast().future();
            });
    while (!open.isEmpty()) {
      assertThat(answer.isComplete()).isFalse();
      open.remove().complete(Optional.of(++turns).filter(each -> each == TURNS));
    }
    assertThat(answer.result()).isEqualTo(TURNS);
  }

  @Test
  void until_turnFails_failsWithItsCause() {
    IllegalStateException cause = new IllegalStateException("no");
    assertThat(AsyncLoop.until(() -> Future.failedFuture(cause)).cause()).isSameAs(cause);
  }

  @Test
  void b4_errorInALaterTurn_failsTheLoop() {
    Promise<Optional<String>> first = Promise.promise();
    AtomicInteger turns = new AtomicInteger();
    Future<String> answer =
        AsyncLoop.until(
            () -> {
              if (turns.incrementAndGet() == 2) {
                throw new StackOverflowError("made up");
              }
              return first.future();
            });
    first.complete(Optional.empty());
    assertThat(answer.cause()).isInstanceOf(StackOverflowError.class);
  }
}
