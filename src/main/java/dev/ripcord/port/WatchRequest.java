package dev.ripcord.port;

import java.time.Duration;

/**
 * What a person asks of a watch, written down for whoever watches it.
 *
 * @param id made by who asks; asking again with the same id changes nothing
 * @param watch the number of the watch
 * @param wish what is wanted
 * @param by who wants it
 * @param pause how long a pause is to last; of no meaning for another wish
 */
public record WatchRequest(String id, long watch, Control.Wish wish, String by, Duration pause) {
  /** The id of the append that writes down what follows from it: no other append has it. */
  public String appendId() {
    return "ask/" + id;
  }

  /**
   * One that waits for an answer.
   *
   * @param ask what is asked
   * @param age how long ago it was asked, by the journal's own clock
   * @param done whether what follows from it is in the journal already, and only the answer is not
   */
  public record Open(WatchRequest ask, Duration age, boolean done) {}

  /**
   * What was said to it.
   *
   * @param accepted whether it was done
   * @param text how the watch stands now, in one word, or why it was not done
   */
  public record Answer(boolean accepted, String text) {}
}
