package dev.ripcord.migration.proof;

/**
 * One thing that the catalog says.
 *
 * @param thing what it is said of
 * @param aspect which side of it, such as {@code default}
 * @param value what is said, as text
 */
public record Fact(CatalogObject thing, String aspect, String value) {}
