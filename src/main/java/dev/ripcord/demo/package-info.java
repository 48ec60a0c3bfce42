/**
 * What the demonstration watches: a small shop that runs as a process of its own, and the customers
 * who use it.
 *
 * <p>Stands for a user's application, so it holds the shop's own SQL and knows no other package.
 */
@NullMarked
package dev.ripcord.demo;

import org.jspecify.annotations.NullMarked;
