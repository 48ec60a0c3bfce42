package dev.ripcord.port;

import java.util.OptionalLong;

/**
 * What a platform says of the container that it runs a service in, at one moment.
 *
 * @param id which container; another one counts anew
 * @param cpuNanos CPU time used since it began
 * @param cores how many cores it may use: its limit, or those of its machine
 * @param memory bytes in use, without file cache that can be given up
 * @param memoryLimit bytes that it may use: its limit, or the machine's memory; empty where neither
 *     is known
 * @param restarts how often the platform has restarted it
 * @param outOfMemory whether it was killed for want of memory
 * @param unhealthy whether its own health check says so; false where it has none
 * @param running whether it runs now; what it uses is 0 where it does not
 */
public record ContainerUsage(
    String id,
    long cpuNanos,
    double cores,
    long memory,
    OptionalLong memoryLimit,
    int restarts,
    boolean outOfMemory,
    boolean unhealthy,
    boolean running) {}
