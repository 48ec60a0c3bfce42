package dev.ripcord.engine.context;

import dev.ripcord.port.Platform;
import dev.ripcord.port.Probe;
import dev.ripcord.port.Schema;
import dev.ripcord.release.ServiceName;
import java.util.Optional;

/**
 * A service that the engine watches, with its ways to the world.
 *
 * @param name its name
 * @param terms how it is watched and rolled back
 * @param probe measures it
 * @param platform runs it; empty when nothing is configured that could put an image back
 * @param schema its database; empty when it has none
 */
public record WatchedService(
    ServiceName name,
    ServicePolicy terms,
    Probe probe,
    Optional<Platform> platform,
    Optional<Schema> schema) {}
