/**
 * The daemon's HTTP face: API, pages, events, metrics, health.
 *
 * <p>Must not know other adapters.
 */
@NullMarked
package dev.ripcord.web;

import org.jspecify.annotations.NullMarked;
