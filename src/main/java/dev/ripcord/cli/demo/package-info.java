/** {@code demo}: a release that goes bad, and its rollback, to look at. */
@NullMarked
package dev.ripcord.cli.demo;

import org.jspecify.annotations.NullMarked;
