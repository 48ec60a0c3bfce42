/**
 * Switches a container of a Docker Engine to another image, and back.
 *
 * <p>What the Engine is asked to do next is decided by a pure function, {@code SwitchMachine}, from
 * what is there, so that a switch that was killed at any point is carried to its end by the next
 * call.
 */
@NullMarked
package dev.ripcord.platform.docker;

import org.jspecify.annotations.NullMarked;
