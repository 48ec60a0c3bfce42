/** {@code deploy}: migrations, the switch of the image and the watch, in order. */
@NullMarked
package dev.ripcord.cli.deploy;

import org.jspecify.annotations.NullMarked;
