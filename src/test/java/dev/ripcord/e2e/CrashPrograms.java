package dev.ripcord.e2e;

import dev.ripcord.e2e.CrashPoint.Platform;
import dev.ripcord.e2e.CrashPoint.What;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Programs that switch and stop, each of which kills its caller where a file asks for it. */
final class CrashPrograms implements CrashPlatform {
  private final boolean links;
  private final Path folder;

  CrashPrograms(Platform platform, Path folder) throws IOException {
    this.links = platform == Platform.DIRECTORY;
    this.folder = folder;
    if (links) {
      makeFolders();
    } else {
      CrashPlatform.write(folder, "image", "shop:2");
    }
    program(What.SWITCH, links ? restart() : change());
    program(What.STOP, ":");
  }

  private void makeFolders() throws IOException {
    for (int version = 1; version <= 3; version++) {
      Files.createDirectories(folder.resolve("app/releases/" + version));
    }
    Files.createSymbolicLink(current(), Path.of("releases/2"));
  }

  private Path current() {
    return folder.resolve("app/current");
  }

  private String change() {
    return "[ \"$RIPCORD_IMAGE\" = shop:3 ] && exit 3\necho \"$RIPCORD_IMAGE\" | tee '%s' > '%s'"
        .formatted(folder.resolve("image"), CrashPlatform.served(folder));
  }

  private String restart() {
    return """
    now=$(basename "$(readlink '%s')")
    [ "$now" = 3 ] && exit 3
    echo "shop:$now" > '%s'\
    """
        .formatted(current(), CrashPlatform.served(folder));
  }

  /** A program that kills its caller before or after its work, once, where a file asks for it. */
  private void program(What what, String work) {
    String kill = "if [ -e '%s' ]; then kill -9 $(cat '%s'); rm '%s'; sleep 1; fi\n";
    Path before = folder.resolve(killFile(what, true));
    Path after = folder.resolve(killFile(what, false));
    CrashPlatform.write(
        folder,
        what + ".sh",
        kill.formatted(before, before, before) + work + "\n" + kill.formatted(after, after, after));
  }

  private static String killFile(What what, boolean before) {
    return what + (before ? "-before" : "-after");
  }

  @Override
  public String image(int version) {
    return links ? String.valueOf(version) : "shop:" + version;
  }

  @Override
  public String runs() throws IOException {
    return links
        ? Files.readString(CrashPlatform.served(folder)).strip()
            + " "
            + Files.readSymbolicLink(current())
        : Files.readString(folder.resolve("image")).strip();
  }

  @Override
  public String settings(boolean relayed) {
    String sh = "[sh, '" + folder + "/%s.sh']";
    String stop = sh.formatted(What.STOP);
    String change = sh.formatted(What.SWITCH);
    return links
        ? "directory: {path: '%s', restart: %s, stop: %s}"
            .formatted(folder.resolve("app"), change, stop)
        : "command: {switch: %s, current: [cat, '%s'], stop: %s}"
            .formatted(change, folder.resolve("image"), stop);
  }

  @Override
  public void killAt(CrashPoint point, Ripcord daemon) {
    CrashPlatform.write(
        folder, killFile(point.what(), point.before()), String.valueOf(daemon.pid()));
  }

  @Override
  public void close() {
    // The folder is the world's.
  }
}
