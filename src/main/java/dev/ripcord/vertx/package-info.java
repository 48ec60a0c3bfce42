/**
 * What is done with Vert.x in more than one package: running on a context, and repeating over
 * futures. Knows no other package.
 */
@NullMarked
package dev.ripcord.vertx;

import org.jspecify.annotations.NullMarked;
