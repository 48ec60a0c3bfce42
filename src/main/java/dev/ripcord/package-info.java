/** Ripcord: a post-deploy health monitor with automatic rollback. This package holds the way in. */
@NullMarked
package dev.ripcord;

import org.jspecify.annotations.NullMarked;
