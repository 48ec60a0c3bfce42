package dev.ripcord.postgres.journal;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.Append;
import dev.ripcord.port.JournalException;
import dev.ripcord.postgres.journal.wire.EntryCodec;
import dev.ripcord.postgres.journal.wire.JournalJson;
import dev.ripcord.release.ServiceName;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the journal could not take, in a file of this process: one line of JSON for each append, in
 * their order, each on the disk before it counts. The file is locked while its process lives, and
 * is there only while something is in it. All methods block; one thread at a time.
 */
final class LocalFile {
  private static final EntryCodec CODEC = new EntryCodec();

  private final Path folder;
  private Path path;
  private @Nullable FileChannel channel;

  /**
   * An append that waits for the journal.
   *
   * @param token of the lease under which it was decided
   */
  record Kept(ServiceName service, long token, Append append) {}

  /** Makes no file yet. */
  LocalFile(Path folder) {
    this.folder = folder;
    this.path = folder.resolve(UUID.randomUUID() + ".jsonl");
  }

  Path path() {
    return path;
  }

  /** Adds a line; it is on the disk when this returns. */
  void add(Kept kept) throws IOException {
    FileChannel open = open();
    long end = open.size();
    try {
      ByteBuffer line =
          ByteBuffer.wrap((line(kept).encode() + "\n").getBytes(StandardCharsets.UTF_8));
      while (line.hasRemaining()) {
        open.write(line, end + line.position());
      }
      open.force(true);
    } catch (IOException e) {
      open.truncate(end);
      throw e;
    }
  }

  private FileChannel open() throws IOException {
    if (channel == null) {
      Files.createDirectories(folder);
      FileChannel opened =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
      if (opened.tryLock() == null) {
        opened.close();
        throw new IOException("another process has locked " + path);
      }
      channel = opened;
    }
    return channel;
  }

  /** All of it is in the journal. */
  void clear() throws IOException {
    close();
    Files.deleteIfExists(path);
    path = folder.resolve(UUID.randomUUID() + ".jsonl");
  }

  /** Leaves the file to whoever starts next. */
  void close() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }

  /** The files that processes that are gone have left; empty where there is no folder. */
  static List<Path> left(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> left = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(LocalFile::isOne).sorted().toList()) {
        if (!isLocked(file)) {
          left.add(file);
        }
      }
    }
    return left;
  }

  private static boolean isOne(Path file) {
    return file.getFileName().toString().matches("[0-9a-f-]{36}\\.jsonl");
  }

  private static boolean isLocked(Path file) throws IOException {
    try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = open.tryLock()) {
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  /**
   * What is in a file. A last line that was not finished is left out: nothing was done after it.
   *
   * @throws JournalException when a line cannot be read
   */
  static List<Kept> read(Path file) throws IOException {
    String text = Files.readString(file);
    List<Kept> all = new ArrayList<>();
    int number = 0;
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      number++;
      try {
        all.add(kept(new JsonObject(line)));
      } catch (DecodeException | ClassCastException | NullPointerException e) {
        throw new JournalException(
            file + ", line " + number + ", is not what was written; look at it, and move it away",
            e);
      }
    }
    return all;
  }

  /** Adds lines to a file that is for people: nobody reads it by itself. */
  static void addAside(Path file, List<Kept> lines) throws IOException {
    StringBuilder text = new StringBuilder();
    lines.forEach(kept -> text.append(line(kept).encode()).append('\n'));
    Files.writeString(
        file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.SYNC);
  }

  private static JsonObject line(Kept kept) {
    Append append = kept.append();
    JsonArray entries = new JsonArray();
    for (Entry entry : append.entries()) {
      EntryCodec.Encoded encoded = CODEC.encode(entry);
      entries.add(new JsonObject().put("type", encoded.type()).put("body", encoded.json()));
    }
    JsonArray alerts = new JsonArray();
    append.alerts().forEach(alert -> alerts.add(JournalJson.write(alert)));
    return new JsonObject()
        .put("service", kept.service().text())
        .put("token", kept.token())
        .put("id", append.id())
        .put("watch", append.watch())
        .put("at", append.at().toString())
        .put("entries", entries)
        .put("alerts", alerts);
  }

  private static Kept kept(JsonObject line) {
    List<Entry> entries =
        line.getJsonArray("entries").stream()
            .map(JsonObject.class::cast)
            .map(entry -> CODEC.decode(entry.getString("type"), entry.getString("body")))
            .toList();
    List<Alert> alerts =
        line.getJsonArray("alerts").stream()
            .map(alert -> JournalJson.read((String) alert, Alert.class))
            .toList();
    return new Kept(
        new ServiceName(line.getString("service")),
        line.getLong("token"),
        new Append(
            line.getString("id"),
            line.getLong("watch"),
            Instant.parse(line.getString("at")),
            entries,
            alerts));
  }
}
