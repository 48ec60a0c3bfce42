/**
 * Running other programs: within a deadline, ended with all that they started, and finding one that
 * outlived the process which called it. Knows no other package.
 */
@NullMarked
package dev.ripcord.process;

import org.jspecify.annotations.NullMarked;
