package dev.ripcord.web;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** A bounded number of places, each taken by one client at a time. Any thread may call it. */
final class ConnectionSlots {
  private final Semaphore free;

  ConnectionSlots(int max) {
    this.free = new Semaphore(max);
  }

  /** A place that is taken. */
  static final class Place {
    private final Semaphore free;
    private final AtomicBoolean taken = new AtomicBoolean(true);

    private Place(Semaphore free) {
      this.free = free;
    }

    /** Gives it back; does nothing when that was done before. */
    void free() {
      if (taken.compareAndSet(true, false)) {
        free.release();
      }
    }
  }

  /** Takes a place; empty when all are taken. */
  Optional<Place> take() {
    return free.tryAcquire() ? Optional.of(new Place(free)) : Optional.empty();
  }
}
