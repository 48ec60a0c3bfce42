package dev.ripcord.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A repository that holds the image and deploys what is pushed, by its hooks: they kill the daemon
 * before a push is taken or after.
 */
final class CrashGit implements CrashPlatform {
  private static final String FILE = "shop.yaml";

  private final Path folder;
  private final Path bare;

  CrashGit(Path folder) throws IOException {
    this.folder = folder;
    this.bare = folder.resolve("bare");
    Path work = folder.resolve("work");
    git("init", "--quiet", "--bare", "-b", "main", bare.toString());
    git("clone", "--quiet", bare.toString(), work.toString());
    Files.writeString(work.resolve(FILE), "image: shop:2\n");
    git("-C", work.toString(), "add", ".");
    git(
        "-C",
        work.toString(),
        "-c",
        "user.name=shop",
        "-c",
        "user.email=shop@localhost",
        "commit",
        "--quiet",
        "-m",
        "2");
    git("-C", work.toString(), "push", "--quiet", "origin", "HEAD:main");
    String kill =
        "if [ -e '%s' ]; then kill -9 $(cat '%s'); rm '%s'; sleep 1; fi\n"
            .replace("%s", folder + "/%s");
    hook(
        "pre-receive",
        kill.formatted("kill-before", "kill-before", "kill-before")
            + """
            read before after name
            ! git show "$after:%s" | grep -q shop:3
            """
                .formatted(FILE));
    hook(
        "post-receive",
        "git show main:%s | sed 's/.*: //' > '%s'\n".formatted(FILE, CrashPlatform.served(folder))
            + kill.formatted("kill-after", "kill-after", "kill-after"));
  }

  private void hook(String name, String script) throws IOException {
    Path hook = bare.resolve("hooks").resolve(name);
    Files.createDirectories(bare.resolve("hooks"));
    Files.writeString(hook, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private String git(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(Arrays.asList(arguments));
    Process git =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (git.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return said.strip();
  }

  @Override
  public String image(int version) {
    return "shop:" + version;
  }

  @Override
  public String runs() throws IOException {
    return "%s, %s commits"
        .formatted(
            git("-C", bare.toString(), "show", "main:" + FILE),
            git("-C", bare.toString(), "rev-list", "--count", "main"));
  }

  @Override
  public String settings(boolean relayed) {
    return "git: {repository: '%s', branch: main, file: %s}".formatted(bare.toUri(), FILE);
  }

  @Override
  public void killAt(CrashPoint point, Ripcord daemon) {
    CrashPlatform.write(
        folder, point.before() ? "kill-before" : "kill-after", String.valueOf(daemon.pid()));
  }

  @Override
  public void close() {
    // The folder is the world's.
  }
}
