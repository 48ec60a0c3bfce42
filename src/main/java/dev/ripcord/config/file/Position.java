package dev.ripcord.config.file;

/**
 * A place in the file, counted from 1.
 *
 * @param line 0 when there is no file
 * @param column 0 when there is no file
 */
record Position(int line, int column) {
  static final Position NOWHERE = new Position(0, 0);
}
