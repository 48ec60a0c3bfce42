package dev.ripcord.migration.file;

import dev.ripcord.migration.sql.Script;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A file of a migrations folder. It is cut into statements once. Thread-safe. */
public final class SourceFile {
  private final String name;
  private final String text;
  private volatile @Nullable Script script;

  /**
   * A file that was read.
   *
   * @param name without the folder, such as {@code 01_add_customer_email_up.sql}
   * @param text its content
   */
  public SourceFile(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /** Its name, without the folder. */
  public String name() {
    return name;
  }

  /** Its content. */
  public String text() {
    return text;
  }

  /** Its statements. */
  public Script script() {
    @Nullable Script known = script;
    if (known == null) {
      known = Script.parse(text);
      script = known;
    }
    return known;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SourceFile file && name.equals(file.name) && text.equals(file.text);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, text);
  }

  @Override
  public String toString() {
    return name;
  }
}
