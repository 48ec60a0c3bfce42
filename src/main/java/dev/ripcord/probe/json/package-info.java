/** A JSON document that holds figures. */
@NullMarked
package dev.ripcord.probe.json;

import org.jspecify.annotations.NullMarked;
