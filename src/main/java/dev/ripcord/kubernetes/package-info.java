/**
 * HTTP to a Kubernetes cluster's API server, for whatever reads from one or changes something
 * there.
 *
 * <p>Low: it knows the settings that say where the cluster is, and nothing of what is asked.
 */
@NullMarked
package dev.ripcord.kubernetes;

import org.jspecify.annotations.NullMarked;
