package dev.ripcord.migration.file;

import dev.ripcord.migration.Version;
import java.util.Optional;

/**
 * Something wrong with a folder of migrations.
 *
 * @param text what, with the names of the files, and what to do, for people
 * @param version the migration it is about; empty when it is about the folder. A problem of a
 *     migration that was applied long ago stops nothing
 * @param blocking whether nothing may be applied because of it
 */
public record FolderProblem(String text, Optional<Version> version, boolean blocking) {}
