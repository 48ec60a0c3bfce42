/**
 * Shares the services of one journal evenly between the daemons that live: which free lease is
 * whose to take, and which lease is given back for another one.
 *
 * <p>Pure: no Vert.x, no clock, no random, no logging. May know {@code release} and nothing else.
 */
@NullMarked
package dev.ripcord.sharing;

import org.jspecify.annotations.NullMarked;
