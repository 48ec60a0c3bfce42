/**
 * How the sources of a service are connected to, beyond their addresses: certificates, and a proxy.
 * Pure: what stands in files is given.
 */
@NullMarked
package dev.ripcord.config.connection;

import org.jspecify.annotations.NullMarked;
