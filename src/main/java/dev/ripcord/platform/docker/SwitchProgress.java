package dev.ripcord.platform.docker;

import java.util.Optional;

/**
 * What one call has done so far, beside what can be seen on the Engine. A call after a crash begins
 * with an empty one.
 *
 * @param made the id of the new container that this call has made completely; one that is found
 *     without having been made by this call may be incomplete or out of date
 * @param started the id of the container that this call has started
 * @param proved the id of the container that was seen to stay up
 * @param before what is known of the container that is replaced
 * @param failure why the new one is given up, and why the one before does not start
 */
record SwitchProgress(
    Optional<String> made,
    Optional<String> started,
    Optional<String> proved,
    Before before,
    Failure failure) {

  static final SwitchProgress NONE =
      new SwitchProgress(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          new Before(Optional.empty(), Optional.empty(), Optional.empty()),
          new Failure(Optional.empty(), Optional.empty()));

  /**
   * What is known of the container that is replaced.
   *
   * @param ran its id, when this call has seen it run or being restarted: it is to run again if it
   *     comes back, whatever stopped it in the meantime
   * @param looping its id, when its process dies again and again: the Engine renames it only while
   *     it is stopped
   * @param revived its id, when it was started again while the switch was undone, which is done
   *     once
   */
  record Before(Optional<String> ran, Optional<String> looping, Optional<String> revived) {
    Before withRan(String id) {
      return new Before(Optional.of(id), looping, revived);
    }

    Before withLooping(String id) {
      return new Before(ran, Optional.of(id), revived);
    }

    Before withRevived(String id) {
      return new Before(ran, looping, Optional.of(id));
    }
  }

  /**
   * What went wrong.
   *
   * @param trouble why the new one is given up; from then on everything goes back
   * @param backTrouble why the one before could not be started again
   */
  record Failure(Optional<String> trouble, Optional<String> backTrouble) {}

  Optional<String> trouble() {
    return failure.trouble();
  }

  Optional<String> backTrouble() {
    return failure.backTrouble();
  }

  /** Whether a container was seen to run, and was not started again yet. */
  boolean isToRunAgain(String id) {
    return before.ran().equals(Optional.of(id)) && mayRevive(id);
  }

  /** Whether the one before may be started again: it was not yet, or in vain. */
  boolean mayRevive(String id) {
    return backTrouble().isEmpty() && !before.revived().equals(Optional.of(id));
  }

  boolean isLooping(String id) {
    return before.looping().equals(Optional.of(id));
  }

  SwitchProgress withMade(String id) {
    return new SwitchProgress(Optional.of(id), started, proved, before, failure);
  }

  SwitchProgress withStarted(String id) {
    return new SwitchProgress(made, Optional.of(id), proved, before, failure);
  }

  SwitchProgress withProved(String id) {
    return new SwitchProgress(made, started, Optional.of(id), before, failure);
  }

  /**
   * After the one before was started again. When a switch is undone, that is done once; at the
   * beginning it fixes what a broken-off call has left, and undoing the switch may do it too.
   */
  SwitchProgress afterRevival(String id) {
    return trouble().isPresent() ? withBefore(before.withRevived(id)) : this;
  }

  SwitchProgress withBefore(Before known) {
    return new SwitchProgress(made, started, proved, known, failure);
  }

  SwitchProgress withTrouble(String why) {
    return new SwitchProgress(
        made, started, proved, before, new Failure(Optional.of(why), backTrouble()));
  }

  SwitchProgress withBackTrouble(String why) {
    return new SwitchProgress(
        made, started, proved, before, new Failure(trouble(), Optional.of(why)));
  }

  /**
   * After the Engine did not answer: it may have been restarted, and have stopped what this call
   * had started.
   */
  SwitchProgress afterSilence() {
    return new SwitchProgress(made, Optional.empty(), Optional.empty(), before, failure);
  }
}
