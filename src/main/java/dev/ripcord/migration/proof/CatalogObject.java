package dev.ripcord.migration.proof;

import java.util.Comparator;

/**
 * Something that the catalog holds.
 *
 * @param kind such as {@code index}, in words for people
 * @param name its full name
 * @param of the thing that it belongs to and goes with, such as a column's table; empty for none
 */
public record CatalogObject(String kind, String name, String of)
    implements Comparable<CatalogObject> {
  private static final Comparator<CatalogObject> ORDER =
      Comparator.comparing(CatalogObject::of)
          .thenComparing(CatalogObject::kind)
          .thenComparing(CatalogObject::name);

  @Override
  public int compareTo(CatalogObject other) {
    return ORDER.compare(this, other);
  }

  /** For people: {@code index t_c}. */
  public String text() {
    return kind + " " + shown(name);
  }

  /** A name without the schema that everybody uses. */
  public static String shown(String name) {
    return name.startsWith("public.") ? name.substring("public.".length()) : name;
  }
}
