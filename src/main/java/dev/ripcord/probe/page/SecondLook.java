package dev.ripcord.probe.page;

/**
 * What a page said when it was read again at once, to tell one process that began anew from several
 * that answer in turn: counters of one process do not go down within milliseconds.
 */
enum SecondLook {
  /** There was no doubt, or it could not be read again and that is no matter. */
  NOT_TAKEN,
  /** The same process answered each time. */
  STEADY,
  /** No counter went down, and the start of the process moved again: it means nothing. */
  RESTLESS,
  /** Counters went down or were gone: several processes answer. */
  CONTRADICTED,
  /** It could not be read again. */
  FAILED
}
