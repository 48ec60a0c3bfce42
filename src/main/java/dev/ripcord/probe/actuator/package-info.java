/** Spring Boot's actuator. */
@NullMarked
package dev.ripcord.probe.actuator;

import org.jspecify.annotations.NullMarked;
