/** What a down would delete of the live data: counted before it runs. */
@NullMarked
package dev.ripcord.postgres.migrate.loss;

import org.jspecify.annotations.NullMarked;
