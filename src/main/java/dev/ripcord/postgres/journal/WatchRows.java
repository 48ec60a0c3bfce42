package dev.ripcord.postgres.journal;

import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.postgres.journal.wire.JournalJson;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchSpec;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rows of the table watch, and what they say about images. */
final class WatchRows {
  private static final String SELECT =
      """
      SELECT id, charter::text AS charter, ended_at, outcome, text FROM ripcord_journal.watch
      """;
  private static final String PROVED =
      """
      SELECT image, charter #>> '{release,imageId}' AS image_id FROM ripcord_journal.watch
      WHERE service = $1 AND outcome = 'healthy' AND image IS NOT NULL
        AND CASE WHEN charter #>> '{release,imageId}' IS NOT NULL AND $3::text IS NOT NULL
            THEN charter #>> '{release,imageId}' <> $3
            ELSE image IS DISTINCT FROM $2 END
      ORDER BY id DESC LIMIT 1
      """;

  // The last word on an image counts: that it is watched again means that somebody allowed it. Two
  // are one image by their ids; by their names where one of them was written down without an id.
  private static final String CONDEMNED =
      """
      WITH named AS (
        SELECT DISTINCT ON (image, charter #>> '{release,imageId}')
          id, image, charter #>> '{release,imageId}' AS image_id, outcome
        FROM ripcord_journal.watch WHERE service = $1 AND image IS NOT NULL
        ORDER BY image, charter #>> '{release,imageId}', id DESC)
      SELECT image, image_id FROM named older
      WHERE outcome IN ('rolled-back', 'rolled-back-unhealthy')
        AND NOT EXISTS (SELECT FROM named newer WHERE newer.id > older.id
          AND CASE WHEN newer.image_id IS NOT NULL AND older.image_id IS NOT NULL
              THEN newer.image_id = older.image_id ELSE newer.image = older.image END)
      """;

  private final JournalPool pool;
  private final CoalescedRead<List<WatchRow>> unfinished;

  WatchRows(JournalPool pool) {
    this.pool = pool;
    this.unfinished =
        new CoalescedRead<>(
            () ->
                select(
                    "read the unfinished watches",
                    "WHERE ended_at IS NULL ORDER BY id",
                    Tuple.tuple()));
  }

  /** The last watch of a release. */
  Future<Optional<WatchRow>> find(ServiceName service, String release) {
    return select(
            "find the watch of " + service + " " + release,
            "WHERE service = $1 AND release = $2 ORDER BY id DESC LIMIT 1",
            Tuple.of(service.text(), release))
        .map(WatchRows::first);
  }

  /** One watch. */
  Future<Optional<WatchRow>> watch(long id) {
    return select("read watch " + id, "WHERE id = $1", Tuple.of(id)).map(WatchRows::first);
  }

  /** The last watches, newest first. */
  Future<List<WatchRow>> recent(Optional<ServiceName> service, int max) {
    return service.isPresent()
        ? select(
            "read the last watches of " + service.get(),
            "WHERE service = $2 ORDER BY id DESC LIMIT $1",
            Tuple.of(max, service.get().text()))
        : select("read the last watches", "ORDER BY id DESC LIMIT $1", Tuple.of(max));
  }

  /** The watches that have not ended, oldest first. */
  Future<List<WatchRow>> unfinished() {
    return unfinished.ask();
  }

  /** The image of the last release that was proved healthy. */
  Future<Optional<ImageIdentity>> provedImage(ServiceName service, Optional<ImageIdentity> except) {
    return images(
            "find the last proved image of " + service,
            PROVED,
            Tuple.of(
                service.text(),
                except.map(e -> e.ref().text()).orElse(null),
                except.flatMap(ImageIdentity::id).orElse(null)))
        .map(images -> images.stream().findFirst());
  }

  /** The images that were rolled back and not watched again since. */
  Future<Set<ImageIdentity>> condemnedImages(ServiceName service) {
    return images("find the condemned images of " + service, CONDEMNED, Tuple.of(service.text()));
  }

  private Future<Set<ImageIdentity>> images(String doing, String sql, Tuple arguments) {
    return pool.run(doing, sql, arguments)
        .map(
            rows -> {
              Set<ImageIdentity> images = new HashSet<>();
              rows.forEach(
                  row ->
                      images.add(
                          new ImageIdentity(
                              new ImageRef(row.getString("image")),
                              Optional.ofNullable(row.getString("image_id")))));
              return Set.copyOf(images);
            });
  }

  private Future<List<WatchRow>> select(String doing, String rest, Tuple arguments) {
    return pool.run(doing, SELECT + rest, arguments)
        .map(
            rows -> {
              List<WatchRow> all = new ArrayList<>();
              rows.forEach(row -> all.add(watchRow(row)));
              return List.copyOf(all);
            });
  }

  private static Optional<WatchRow> first(List<WatchRow> rows) {
    return rows.stream().findFirst();
  }

  private static WatchRow watchRow(Row row) {
    return new WatchRow(
        row.getLong("id"),
        JournalJson.read(row.getString("charter"), WatchSpec.class),
        Optional.ofNullable(row.getOffsetDateTime("ended_at")).map(at -> at.toInstant()),
        Optional.ofNullable(row.getString("outcome")).map(Outcome::of),
        Optional.ofNullable(row.getString("text")));
  }
}
