package dev.ripcord.engine.context;

import dev.ripcord.port.Clocks;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Observer;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What every worker of the engine needs.
 *
 * @param timers call back after a while
 * @param clocks the time
 * @param journal the memory
 * @param observer is called with what is in the journal
 * @param source which process writes, and how much it has written
 */
public record EngineContext(
    Timers timers, Clocks clocks, Journal journal, Observer observer, Source source) {
  public Instant now() {
    return clocks.wall().instant();
  }

  /** The name of this process, for people. */
  public String holder() {
    return source.holder;
  }

  /** An id for something that is appended under a lease: no other append to its journal has it. */
  public String appendId(Lease lease) {
    return lease.service() + "/" + lease.token() + "/" + source.appends.incrementAndGet();
  }

  /** Where appends come from: their numbers are never given twice. */
  public static final class Source {
    private final String holder;
    private final AtomicLong appends = new AtomicLong();

    /**
     * A process.
     *
     * @param holder its name, for people
     */
    public Source(String holder) {
      this.holder = holder;
    }
  }
}
