package dev.ripcord.probe.page;

import java.time.Instant;

/**
 * When a page was read.
 *
 * @param wall by the clock of this machine, which may be set
 * @param nanos by the clock that only its differences count of
 */
record ReadTime(Instant wall, long nanos) {}
