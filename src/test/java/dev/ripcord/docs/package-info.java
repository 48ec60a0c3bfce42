/**
 * The documentation: its pages read as Markdown, what must hold of them, the static site that is
 * made of them, and the pictures of terminals in them. Nothing of this is part of the program.
 */
@NullMarked
package dev.ripcord.docs;

import org.jspecify.annotations.NullMarked;
