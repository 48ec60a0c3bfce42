/**
 * Platform {@code kubernetes}: a Deployment, StatefulSet or DaemonSet of a cluster.
 *
 * <p>May know {@code kubernetes}, the low room that speaks to a cluster; no other platform.
 */
@NullMarked
package dev.ripcord.platform.kubernetes;

import org.jspecify.annotations.NullMarked;
