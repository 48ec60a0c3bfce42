package dev.ripcord.port;

import io.vertx.core.Future;
import java.time.Duration;

/**
 * The right to act for a service, as whoever performs an effect sees it. It is asked again before
 * each effect, and before each call of an effect that takes several: between two calls the process
 * may have stood still while another one took over.
 *
 * <p>Called from any event loop.
 */
public interface Permit {
  /** Which holder acts, for what compares tokens: databases and programs. */
  Fence fence();

  /**
   * Proves that this process may act now. Fails when the right is lost or cannot be proved in time:
   * then nothing more may be done, and what is under way is broken off where it is.
   */
  Future<Void> confirm();

  /**
   * Completes when the right is lost or a person has it broken off. What is under way is then
   * cancelled (a statement, a program with all that it started), and its future completes only when
   * that has come to its end.
   */
  Future<Void> revoked();

  /**
   * Hears from the effect that is under way that somebody it needs does not answer, and that it
   * goes on waiting. People are told once that has lasted.
   *
   * @param lasted since what was not answered was asked
   * @param why a clause that names who does not answer
   */
  default void unanswered(Duration lasted, String why) {}
}
