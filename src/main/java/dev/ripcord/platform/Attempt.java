package dev.ripcord.platform;

import java.util.Optional;

/**
 * What one call has done so far, beside what can be seen on the Engine. A call after a crash begins
 * with an empty one.
 *
 * @param made the id of the new container that this call has made completely; one that is found
 *     without having been made by this call may be incomplete or out of date
 * @param started the id of the container that this call has started
 * @param proved the id of the container that was seen to stay up
 * @param trouble why the new one is given up; from then on everything goes back
 * @param backTrouble why the one before could not be started again
 */
record Attempt(
    Optional<String> made,
    Optional<String> started,
    Optional<String> proved,
    Optional<String> trouble,
    Optional<String> backTrouble) {

  static final Attempt NONE =
      new Attempt(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  Attempt withMade(String id) {
    return new Attempt(Optional.of(id), started, proved, trouble, backTrouble);
  }

  Attempt withStarted(String id) {
    return new Attempt(made, Optional.of(id), proved, trouble, backTrouble);
  }

  Attempt withProved(String id) {
    return new Attempt(made, started, Optional.of(id), trouble, backTrouble);
  }

  Attempt withTrouble(String why) {
    return new Attempt(made, started, proved, Optional.of(why), backTrouble);
  }

  Attempt withBackTrouble(String why) {
    return new Attempt(made, started, proved, trouble, Optional.of(why));
  }
}
