/**
 * A metrics page to figures: {@code PageParser} reads the bytes without making a text of any line,
 * {@code PageReading} holds the few series that count, {@code CounterBaseline} compares them with
 * the reading before, and {@code MetricsPage} gives the figures.
 */
@NullMarked
package dev.ripcord.probe.page;

import org.jspecify.annotations.NullMarked;
