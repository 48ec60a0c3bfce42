/**
 * What is done with Vert.x in more than one room: running on a context, and repeating over futures.
 * Knows no other room.
 */
@NullMarked
package dev.ripcord.vertx;

import org.jspecify.annotations.NullMarked;
