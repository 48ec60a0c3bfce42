/** CPU and memory of the container in which a platform runs the service. */
@NullMarked
package dev.ripcord.probe.container;

import org.jspecify.annotations.NullMarked;
