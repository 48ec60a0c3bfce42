/**
 * What every part of the engine works with: the journal, clocks, timers, the policy and adapters of
 * a service, and the entries of a watch folded into how it stands.
 */
@NullMarked
package dev.ripcord.engine.context;

import org.jspecify.annotations.NullMarked;
