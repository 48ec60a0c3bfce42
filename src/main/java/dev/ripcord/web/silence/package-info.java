/**
 * Silences on the pages: those that hold, and the forms by which people begin and end one. HTML
 * alone; it asks nobody.
 */
@NullMarked
package dev.ripcord.web.silence;

import org.jspecify.annotations.NullMarked;
