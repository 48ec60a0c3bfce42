/**
 * What a daemon says to systemd, its service manager: that it is ready, that it lives, that it
 * stops. Knows no other package.
 */
@NullMarked
package dev.ripcord.systemd;

import org.jspecify.annotations.NullMarked;
