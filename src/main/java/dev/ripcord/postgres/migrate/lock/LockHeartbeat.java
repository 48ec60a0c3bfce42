package dev.ripcord.postgres.migrate.lock;

import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.MigrationSession;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks the session that holds the lock, again and again, whether it still holds it. A run asks
 * before each thing that it sends whether the last answer was yes, and breaks off what is under way
 * when one was no. A network that swallows everything, or a server that hangs, is noticed too, not
 * only a connection that was closed.
 */
public final class LockHeartbeat implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Vertx vertx;
  private final MigrationSession lockSession;
  private final long key;
  private final Duration every;
  private final Duration patience;
  private final Promise<String> loss = Promise.promise();
  private volatile @Nullable String ended;
  private volatile boolean closed;
  private volatile long timer;

  public LockHeartbeat(Vertx vertx, MigrationSession lockSession, long key) {
    this(vertx, lockSession, key, EVERY, PATIENCE);
  }

  LockHeartbeat(
      Vertx vertx, MigrationSession lockSession, long key, Duration every, Duration patience) {
    this.vertx = vertx;
    this.lockSession = lockSession;
    this.key = key;
    this.every = every;
    this.patience = patience;
  }

  /** Begins to ask. */
  public LockHeartbeat start() {
    var _ = lockSession.gone().onSuccess(gone -> lose("it was closed"));
    return askLater();
  }

  private LockHeartbeat askLater() {
    timer = vertx.setTimer(every.toMillis(), fired -> ask());
    return this;
  }

  private void ask() {
    var _ =
        lockSession
            .later(MigrationLock.SEEN, key)
            .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
            .onSuccess(this::note)
            .onFailure(failure -> lose("it does not answer: " + failure.getMessage()));
  }

  private void note(RowSet<Row> rows) {
    if (rows.size() == 0) {
      lose("it does not hold the lock any more");
    } else if (!closed) {
      var _ = askLater();
    }
  }

  private void lose(String reason) {
    var _ = loss.tryComplete(reason);
  }

  /**
   * Ends the run although the lock is held.
   *
   * @param why what {@link #check} says from now on
   */
  void end(String why) {
    ended = why;
    lose(why);
  }

  /** Done with the reason when the lock is not known to be held any more, and at the end. */
  public Future<String> lost() {
    return loss.future();
  }

  /** Whether the lock is held, as far as is known. */
  public boolean isHeld() {
    return lockSession.isOpen() && !loss.future().isComplete();
  }

  /**
   * Stops a run whose lock is gone.
   *
   * @throws SchemaException when the lock is not known to be held, or the run was ended
   */
  public void check() {
    @Nullable String why = ended;
    if (why != null) {
      throw new SchemaException(why);
    }
    if (!isHeld()) {
      String reason = loss.future().isComplete() ? loss.future().result() : "it was closed";
      throw SchemaException.unanswered(
          "the connection that holds the lock against other runs is lost ("
              + reason
              + "); what was not committed is undone. Run it again");
    }
  }

  @Override
  public void close() {
    closed = true;
    vertx.cancelTimer(timer);
  }
}
