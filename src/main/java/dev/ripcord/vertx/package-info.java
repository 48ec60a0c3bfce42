/**
 * What is done with Vert.x in more than one package: running on a context, repeating over futures,
 * and one HTTP exchange with a deadline. Knows no other package.
 */
@NullMarked
package dev.ripcord.vertx;

import org.jspecify.annotations.NullMarked;
