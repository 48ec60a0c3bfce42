/**
 * Runs a rollback: plans it, performs its steps with budgets and retries, writes each down first.
 */
@NullMarked
package dev.ripcord.engine.rollback;

import org.jspecify.annotations.NullMarked;
