package dev.ripcord.e2e;

import java.util.function.BooleanSupplier;

/** A daemon that ends a rollback: a process of its own, or one inside the tests'. */
interface CrashDaemon {
  /** Waits for something that it is to bring about. */
  void await(String what, BooleanSupplier condition);

  /** Tells it of a release. */
  String announce(String json);

  /** Whether it has not ended. */
  boolean isAlive();

  /** Everything that it has printed and logged. */
  String said();

  /** Ends it at once. */
  void kill();
}
