/** Reads pg_catalog: tables, shapes, fingerprints, locks. */
@NullMarked
package dev.ripcord.postgres.catalog;

import org.jspecify.annotations.NullMarked;
