package dev.ripcord.cli.salvage;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.toList;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.json.Json;
import dev.ripcord.postgres.migrate.salvage.SalvageArchive;
import dev.ripcord.postgres.migrate.salvage.SalvageArchive.Restored;
import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ripcord salvage restore}. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description =
        "Bring kept rows and values back into the tables that are there now. Rows that are there"
            + " already, and values that were set since, are left alone.",
    footer = {"", "Example: ripcord salvage restore 3"})
final class SalvageRestore implements Callable<Integer> {
  private final SalvageAccess access;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Parameters(paramLabel = "ID", arity = "0..*", description = "as salvage list shows them")
  private List<Long> ids = new ArrayList<>();

  @Option(names = "--release", paramLabel = "NAME", description = "all that its rollback kept")
  private @Nullable String release;

  SalvageRestore(SalvageAccess access) {
    this.access = access;
  }

  @Override
  public Integer call() throws Exception {
    return access.call(this::run);
  }

  private int run() {
    if (ids.isEmpty() == (release == null)) {
      throw new ExitException(ExitCode.USAGE, "name either ids or a --release; see: salvage list");
    }
    Map<Long, Restored.Done> done = new LinkedHashMap<>();
    List<String> refused = restore(access.archive(common, options), done);
    if (common.json()) {
      ObjectNode object = Json.object().put("outcome", refused.isEmpty() ? "done" : "refused");
      ArrayNode array = object.putArray("restored");
      done.forEach(
          (id, each) ->
              each.beside()
                  .forEach(
                      array
                              .addObject()
                              .put("id", id)
                              .put("rows", each.rows())
                              .put("left", each.left())
                              .putArray("notPutBack")
                          ::add));
      ArrayNode problems = object.putArray("problems");
      refused.forEach(problems::add);
      access.console().out().println(object);
    } else {
      done.forEach((id, each) -> access.console().out().println(line(id, each)));
      done.forEach(
          (id, each) ->
              each.beside().stream()
                  .map(what -> "▲ %d: not put back: %s".formatted(id, what))
                  .forEach(access.console().err()::println));
      refused.forEach(each -> access.console().err().println("✖ " + each));
    }
    return refused.isEmpty() ? ExitCode.DONE : ExitCode.REFUSED;
  }

  /** One may need the rows of another, so what was refused is tried again behind the others. */
  private List<String> restore(SalvageArchive archive, Map<Long, Restored.Done> done) {
    List<Long> left = new ArrayList<>(chosen(archive));
    Map<Long, String> refused = new LinkedHashMap<>();
    boolean progress = true;
    while (progress && !left.isEmpty()) {
      progress = false;
      refused.clear();
      for (long id : List.copyOf(left)) {
        switch (archive.restore(id, access.who()).await()) {
          case Restored.Done each -> {
            done.put(id, each);
            left.remove(id);
            progress = true;
          }
          case Restored.Refused(String why) -> refused.put(id, id + ": " + why);
        }
      }
    }
    return List.copyOf(refused.values());
  }

  private List<Long> chosen(SalvageArchive archive) {
    if (release == null) {
      return ids.stream().distinct().toList();
    }
    List<Long> found =
        archive.list().await().stream()
            .filter(each -> each.release().equals(Optional.ofNullable(release)))
            .filter(each -> each.restoredAt().isEmpty() && each.purgedAt().isEmpty())
            .collect(collectingAndThen(toList(), SalvageArchive::newestRunFirst))
            .stream()
            .map(SalvageEntry::id)
            .toList();
    if (found.isEmpty()) {
      throw new ExitException(
          ExitCode.REFUSED, "✖ nothing is kept of release " + release + "; see: salvage list");
    }
    return found;
  }

  private static String line(long id, Restored.Done restored) {
    return "✔ %d: %d restored%s"
        .formatted(
            id,
            restored.rows(),
            restored.left() == 0
                ? ""
                : ", %d left: something is in their place now".formatted(restored.left()));
  }
}
