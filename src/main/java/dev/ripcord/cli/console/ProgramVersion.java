package dev.ripcord.cli.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of this program, as the build wrote it. */
public final class ProgramVersion implements IVersionProvider {
  /** The version alone, such as 1.2.0; "unknown" where the build wrote none. */
  public static String text() {
    return read().getProperty("version", "unknown");
  }

  /** The program, its version and, where the build knew it, the commit that it was built from. */
  public static String line() {
    Properties built = read();
    String commit = built.getProperty("commit", "");
    return "ripcord "
        + built.getProperty("version", "unknown")
        // A build that does not know it leaves the name of the property.
        + (commit.matches("[0-9a-f]+") ? " (" + commit + ")" : "");
  }

  private static Properties read() {
    try (InputStream in = ProgramVersion.class.getResourceAsStream("/ripcord.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String[] getVersion() {
    return new String[] {line()};
  }
}
