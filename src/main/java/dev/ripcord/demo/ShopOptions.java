package dev.ripcord.demo;

import dev.ripcord.release.Secret;
import java.util.Map;
import java.util.OptionalLong;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * How one shop runs.
 *
 * @param port where it listens on the loopback address; 0 for any free one
 * @param version 1 knows customers by name; 2 also keeps their email address, so that it needs the
 *     new column
 * @param database the connection URL of its PostgreSQL
 * @param failPercent how many of a hundred orders it breaks, 0 to 100
 * @param parent the process after whose end it ends too
 */
record ShopOptions(
    int port, int version, Secret database, double failPercent, OptionalLong parent) {
  ShopOptions {
    if (version != 1 && version != 2) {
      throw new IllegalArgumentException("--version is " + version + "; the shop has 1 and 2");
    }
    if (!(failPercent >= 0 && failPercent <= 100)) {
      throw new IllegalArgumentException("--fail is " + failPercent + "; give 0 to 100 per cent");
    }
  }

  /** Reads a command line and the environment; an IllegalArgumentException names what is wrong. */
  static ShopOptions parse(String[] args, Map<String, String> environment) {
    CommandSpec spec = CommandSpec.create().name("shop");
    spec.addOption(OptionSpec.builder("--port").type(int.class).required(true).build());
    spec.addOption(OptionSpec.builder("--version").type(int.class).required(true).build());
    spec.addOption(OptionSpec.builder("--fail").type(double.class).defaultValue("0").build());
    spec.addOption(OptionSpec.builder("--parent").type(long.class).defaultValue("0").build());
    ParseResult found;
    try {
      found = new CommandLine(spec).parseArgs(args);
    } catch (CommandLine.ParameterException wrong) {
      throw new IllegalArgumentException(wrong.getMessage(), wrong);
    }
    String database = environment.get("SHOP_DATABASE");
    if (database == null) {
      throw new IllegalArgumentException(
          "SHOP_DATABASE is not set; give the shop's database as postgresql://USER@HOST:PORT/NAME");
    }
    long parent = found.matchedOptionValue("--parent", 0L);
    return new ShopOptions(
        found.matchedOptionValue("--port", 0),
        found.matchedOptionValue("--version", 1),
        new Secret(database),
        found.matchedOptionValue("--fail", 0.0),
        parent > 0 ? OptionalLong.of(parent) : OptionalLong.empty());
  }
}
