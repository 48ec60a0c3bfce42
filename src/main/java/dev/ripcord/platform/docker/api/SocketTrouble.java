package dev.ripcord.platform.docker.api;

import dev.ripcord.port.PlatformException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * Why a Docker Engine did not answer, for people: by the failure, and by what is there at the path
 * of its socket.
 *
 * @param path where the socket should be
 * @param place what is there
 */
record SocketTrouble(Path path, Place place) {
  /** What is there at a path. */
  sealed interface Place {
    /** Nothing. */
    record Nothing() implements Place {}

    /** Something that this user may not look at. */
    record Hidden() implements Place {}

    /** A folder, which Docker makes where a socket is to be mounted that is not there. */
    record Folder() implements Place {}

    /**
     * A socket, or what may be one.
     *
     * @param usable whether this user may write to it
     * @param group that it belongs to; empty where that has no name
     */
    record Socket(boolean usable, Optional<String> group) implements Place {}
  }

  /** Looks what is there now. Blocks for a moment. */
  static SocketTrouble at(Path path) {
    return new SocketTrouble(path, look(path));
  }

  private static Place look(Path path) {
    try {
      PosixFileAttributes found = Files.readAttributes(path, PosixFileAttributes.class);
      return found.isDirectory()
          ? new Place.Folder()
          : new Place.Socket(
              Files.isWritable(path), Optional.ofNullable(found.group()).map(Object::toString));
    } catch (AccessDeniedException _) {
      return new Place.Hidden();
    } catch (IOException _) {
      return new Place.Nothing();
    }
  }

  /**
   * The failure as it is reported.
   *
   * @param cause of the client
   * @param what was asked
   * @param deadline for it
   */
  PlatformException of(Throwable cause, String what, Duration deadline) {
    String where = "the Docker Engine at " + path;
    if (cause instanceof TimeoutException) {
      return PlatformException.unanswered(
          "%s did not answer \"%s\" within %d s: is it overloaded? (docker info)"
              .formatted(where, what, deadline.toSeconds()));
    }
    return switch (place) {
      case Place.Nothing _ -> missing();
      case Place.Hidden _ -> denied(where, Optional.empty(), cause);
      case Place.Folder _ ->
          new PlatformException(
              "there is no Docker Engine at %s: that is a folder, which Docker makes where a socket is to be mounted that is not there; remove it, and mount the socket of a Docker that runs"
                  .formatted(path),
              cause);
      case Place.Socket(boolean usable, Optional<String> group) -> {
        if (cause instanceof FileNotFoundException) {
          yield missing(); // It has come since.
        }
        if (cause instanceof SocketException && !usable) {
          yield denied(where, group, cause);
        }
        String how =
            cause instanceof ConnectException
                ? "does not answer: nothing listens on the socket"
                : "closed the connection before it had answered \"%s\"".formatted(what);
        yield PlatformException.unanswered(
            "%s %s; is it running? (systemctl status docker)".formatted(where, how));
      }
    };
  }

  /** A restart of the Engine takes its socket away for a moment. */
  private PlatformException missing() {
    return PlatformException.unanswered(
        "there is no Docker Engine at %s: the socket does not exist; start Docker (systemctl start docker), or name its socket: platform.docker.socket, or DOCKER_HOST=unix:///PATH"
            .formatted(path));
  }

  private static PlatformException denied(String where, Optional<String> group, Throwable cause) {
    return new PlatformException(
        "%s may not be used by this user: permission denied; add the user to the group that owns the socket (%s), and start ripcord again"
            .formatted(
                where,
                group
                    .map(name -> "usermod -aG " + name + " " + System.getProperty("user.name"))
                    .orElse("usually docker")),
        cause);
  }
}
