package dev.ripcord.silence;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;

/**
 * Where silences are kept: one book for all who use a journal. Failures are those of the journal.
 * Called from any event loop.
 */
public interface SilenceBook {
  /** Begins a silence; alerts that it matches and that wait to be sent are held back too. */
  Future<Silence> begin(Silence.Wanted wanted, Instant now);

  /**
   * Ends one before its time: what it holds back, and still holds, is sent.
   *
   * @return it as it is then, also where it was over before; empty where there is no such silence
   */
  Future<Optional<Silence>> end(long id, String by, Instant now);

  /** Those that hold, the oldest first. */
  Future<Silences> holding(Instant now);
}
