/**
 * Who somebody is that asks over HTTP, by token or by having signed in, and what their role lets
 * them do. It decides, and knows nothing of HTTP but its texts.
 */
@NullMarked
package dev.ripcord.web.access;

import org.jspecify.annotations.NullMarked;
