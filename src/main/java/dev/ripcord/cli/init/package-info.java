/**
 * {@code config init}: looks around, proposes a small configuration, asks where somebody sits at a
 * terminal, and writes it. What is looked at is apart from what is decided: {@link
 * dev.ripcord.cli.init.LookAround} gathers {@link dev.ripcord.cli.init.Findings}; what becomes of
 * them, up to the text of the file, is pure.
 */
@NullMarked
package dev.ripcord.cli.init;

import org.jspecify.annotations.NullMarked;
