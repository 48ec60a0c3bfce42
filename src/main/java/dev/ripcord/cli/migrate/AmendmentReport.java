package dev.ripcord.cli.migrate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.postgres.migrate.Amendment;
import java.util.List;

/**
 * Prints what was changed in a database's history.
 *
 * @param console where to write
 * @param json whether the result is one JSON object
 * @param dryRun whether nothing was changed, and what would be is printed
 */
record AmendmentReport(Console console, boolean json, boolean dryRun) {
  /** Prints it and gives the exit code. */
  int end(Amendment amendment) {
    if (json) {
      console.out().println(object(amendment));
    } else {
      lines(amendment);
    }
    if (amendment.refusals().isEmpty()) {
      return ExitCode.DONE;
    }
    console.err().println("✖ refused; nothing was changed:");
    amendment.refusals().forEach(reason -> console.err().println("  · " + reason));
    return ExitCode.REFUSED;
  }

  private void lines(Amendment amendment) {
    String mark = dryRun ? "· would change  " : "✔ ";
    amendment.changes().forEach(change -> console.out().println(mark + change));
    if (amendment.changes().isEmpty() && amendment.refusals().isEmpty()) {
      console.out().println("✔ nothing to change");
    }
    amendment
        .left()
        .forEach(left -> console.out().println("▲ not accepted (--accept VERSION)  " + left));
  }

  private ObjectNode object(Amendment amendment) {
    ObjectNode object = new ObjectMapper().createObjectNode();
    boolean refused = !amendment.refusals().isEmpty();
    object.put("outcome", refused ? "refused" : dryRun ? "dry-run" : "done");
    put(object, "changes", amendment.changes());
    put(object, "left", amendment.left());
    put(object, "problems", amendment.refusals());
    return object;
  }

  private static void put(ObjectNode object, String name, List<String> texts) {
    var array = object.putArray(name);
    texts.forEach(array::add);
  }
}
