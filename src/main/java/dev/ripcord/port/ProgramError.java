package dev.ripcord.port;

/** An error of the program itself, or of the machine it runs on, in words. */
public final class ProgramError {
  private ProgramError() {}

  /** What went wrong and what helps, as the end of a sentence. */
  public static String why(Error error) {
    String message = String.valueOf(error.getMessage());
    return switch (error) {
      case StackOverflowError stack ->
          "the program's stack is full; RIPCORD_JAVA_OPTS=-Xss8m gives it more";
      case OutOfMemoryError memory ->
          "the program's memory is full (" + message + "); RIPCORD_JAVA_OPTS=-Xmx2g gives it more";
      case LinkageError missing ->
          "a part of the program cannot be loaded (" + message + "); install it again";
      default -> "the program itself failed (" + message + ")";
    };
  }
}
