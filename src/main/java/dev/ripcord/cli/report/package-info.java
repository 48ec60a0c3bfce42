/** Where reports of a watch go: files, and what a build server reads. */
@NullMarked
package dev.ripcord.cli.report;

import org.jspecify.annotations.NullMarked;
