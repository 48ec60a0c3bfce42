/** CPU and memory of the machine or cgroup in which this program runs. */
@NullMarked
package dev.ripcord.probe.host;

import org.jspecify.annotations.NullMarked;
