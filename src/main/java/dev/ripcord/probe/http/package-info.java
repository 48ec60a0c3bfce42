/**
 * One HTTP request with a deadline and a cap: connections, redirects, bodies, and what an answer
 * means.
 */
@NullMarked
package dev.ripcord.probe.http;

import org.jspecify.annotations.NullMarked;
