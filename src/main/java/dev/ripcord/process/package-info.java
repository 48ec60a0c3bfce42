/**
 * Running other programs: ending one with all that it started, and finding one that outlived the
 * process which called it. Knows no other package.
 */
@NullMarked
package dev.ripcord.process;

import org.jspecify.annotations.NullMarked;
