package dev.ripcord.migration.file;

/**
 * A file of a migrations folder.
 *
 * @param name without the folder, such as {@code 01_add_customer_email_up.sql}
 * @param text its content
 */
public record SourceFile(String name, String text) {}
