/**
 * {@code doctor}: tries now what must work at the last breach. {@link
 * dev.ripcord.cli.doctor.Diagnosis} judges, without side effects; the command asks.
 */
@NullMarked
package dev.ripcord.cli.doctor;

import org.jspecify.annotations.NullMarked;
