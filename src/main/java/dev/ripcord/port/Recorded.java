package dev.ripcord.port;

import dev.ripcord.release.ServiceName;
import java.time.Instant;

/**
 * An entry that is in the journal.
 *
 * @param id its number; grows over the whole journal
 * @param watch the watch it belongs to
 * @param service that watch's service
 * @param release that watch's release
 * @param at when it happened
 * @param entry what happened
 */
public record Recorded(
    long id, long watch, ServiceName service, String release, Instant at, Entry entry) {}
