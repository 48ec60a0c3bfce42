/**
 * The page of one release: its story from the announcement to what remains to be done, and what a
 * person may decide about it. HTML alone; it asks nobody.
 */
@NullMarked
package dev.ripcord.web.release;

import org.jspecify.annotations.NullMarked;
