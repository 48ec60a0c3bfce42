package dev.ripcord.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ContextsTest {
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void call_runsOnTheContext_andGivesTheResult() {
    assertThat(Contexts.call(context, () -> Future.succeededFuture(Vertx.currentContext())).await())
        .isSameAs(context);
  }

  @Test
  void call_ofWorkThatThrows_fails() {
    Future<Object> called =
        Contexts.call(
            context,
            () -> {
              throw new java.io.IOException("gone");
            });
    assertThat(called.otherwiseEmpty().await()).isNull();
    assertThat(called.cause()).hasMessage("gone");
  }

  @Test
  void deliver_ofAForeignResult_completesOnTheContext() {
    Promise<String> foreign = Promise.promise();
    Future<Context> where =
        Contexts.deliver(context, foreign.future()).map(_ -> Vertx.currentContext());
    foreign.complete("done");
    assertThat(where.await()).isSameAs(context);
  }

  @Test
  void deliverHere_calledOnNoContext_isTheSameFuture() {
    Future<String> foreign = Future.succeededFuture("done");
    assertThat(Contexts.deliverHere(foreign)).isSameAs(foreign);
  }

  @Test
  void deliverHere_calledOnAContext_completesThere() {
    Promise<String> foreign = Promise.promise();
    Future<Context> where =
        Contexts.call(
            context,
            () -> {
              Future<Context> delivered =
                  Contexts.deliverHere(foreign.future()).map(_ -> Vertx.currentContext());
              Thread.ofVirtual().start(() -> foreign.complete("done"));
              return delivered;
            });
    assertThat(where.await()).isSameAs(context);
  }
}
