/**
 * The bytes of a metrics page to numbers, names and the meaning of label values. Makes no text of
 * what it does not have to show.
 */
@NullMarked
package dev.ripcord.probe.page.text;

import org.jspecify.annotations.NullMarked;
