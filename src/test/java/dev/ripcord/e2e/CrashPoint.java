package dev.ripcord.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where a daemon is killed in a rollback: the how manieth COMMIT of the journal or of the service's
 * database from the announcement on, the how manieth call of a program of the platform, or of its
 * API.
 *
 * @param scene the rollback
 * @param what what is counted
 * @param which from 1
 * @param before whether what is counted is not done any more; else it is done and nobody learns it
 */
record CrashPoint(Scene scene, What what, int which, boolean before) {
  /** What is counted. */
  enum What {
    JOURNAL,
    SHOP,
    /** Of the program that switches, or of a push. */
    SWITCH,
    STOP,
    /** A call of the platform's API that changes something. */
    CALL
  }

  /** What puts the image back. */
  enum Platform {
    COMMAND,
    DIRECTORY,
    DOCKER,
    COMPOSE,
    SWARM,
    KUBERNETES,
    HTTP,
    GIT,
    REGISTRY;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What the rollback meets. */
  enum Failing {
    NOTHING,
    /** The second down ends with an error of SQL. */
    DOWN,
    /** The previous image does not come up. */
    SWITCH
  }

  /** A rollback that ends always the same. */
  record Scene(Platform platform, String order, Failing failing) implements Comparable<Scene> {
    /** In which nothing fails. */
    static Scene plain(Platform platform) {
      return new Scene(platform, "image-first", Failing.NOTHING);
    }

    boolean imageFirst() {
      return order.equals("image-first");
    }

    /** What cannot stop the application is refused where it has to be stopped first. */
    boolean isRefused() {
      return !imageFirst() && (platform == Platform.GIT || platform == Platform.REGISTRY);
    }

    /** What a registry is told to serve need not come up there; a refused one does nothing. */
    boolean canBe() {
      return isRefused()
          ? failing == Failing.NOTHING
          : platform != Platform.REGISTRY || failing != Failing.SWITCH;
    }

    @Override
    public int compareTo(Scene other) {
      return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
      return "%s, %s, failing: %s".formatted(platform.word(), order, name(failing.name()));
    }
  }

  /** All points of all rollbacks on a platform, those of one rollback behind one another. */
  static List<CrashPoint> all(Platform platform) {
    List<CrashPoint> all = new ArrayList<>();
    for (String order : List.of("image-first", "migrations-first")) {
      for (Failing failing : Failing.values()) {
        Scene scene = new Scene(platform, order, failing);
        if (scene.canBe()) {
          addTo(all, scene);
        }
      }
    }
    return List.copyOf(all);
  }

  private static void addTo(List<CrashPoint> all, Scene scene) {
    for (What what : What.values()) {
      for (int which = 1; which <= last(scene, what); which++) {
        all.add(new CrashPoint(scene, what, which, true));
        all.add(new CrashPoint(scene, what, which, false));
      }
    }
  }

  /**
   * So many there are in a rollback that nobody disturbs, or one or two more: how many polls there
   * are differs. A point that does not come disturbs nothing.
   */
  private static int last(Scene scene, What what) {
    boolean imageFirst = scene.imageFirst();
    if (scene.isRefused()) {
      return what == What.JOURNAL ? 12 : 0;
    }
    return switch (what) {
      case JOURNAL ->
          switch (scene.failing()) {
            case NOTHING -> 22;
            case DOWN -> imageFirst ? 20 : 16;
            case SWITCH -> imageFirst ? 12 : 18;
          };
      case SHOP ->
          switch (scene.failing()) {
            case NOTHING -> 4;
            case DOWN -> 2;
            case SWITCH -> imageFirst ? 0 : 4;
          };
      case SWITCH ->
          switch (scene.platform()) {
            case COMMAND, DIRECTORY, GIT -> 1;
            case DOCKER, COMPOSE, SWARM, KUBERNETES, HTTP, REGISTRY -> 0;
          };
      case STOP ->
          switch (scene.platform()) {
            case COMMAND, DIRECTORY -> imageFirst ? 0 : 1;
            case DOCKER, COMPOSE, SWARM, KUBERNETES, HTTP, GIT, REGISTRY -> 0;
          };
      case CALL -> calls(scene);
    };
  }

  private static int calls(Scene scene) {
    boolean stopsOnly = scene.failing() == Failing.DOWN && !scene.imageFirst();
    boolean putsBack = scene.failing() == Failing.SWITCH;
    int stop = scene.imageFirst() ? 0 : 1;
    return switch (scene.platform()) {
      case COMMAND, DIRECTORY, GIT -> 0;
      case DOCKER, COMPOSE -> stopsOnly ? 1 : 6 + (putsBack ? 2 - stop : 0);
      case SWARM -> stopsOnly ? 1 : 1 + stop + (putsBack ? 1 : 0);
      case KUBERNETES -> stopsOnly ? 1 : 1 + stop + (putsBack ? 1 : 0);
      case HTTP -> stopsOnly ? 1 : 1 + stop;
      case REGISTRY -> 1;
    };
  }

  /** What is counted, in a word. */
  String place() {
    return name(what.name());
  }

  private static String name(String constant) {
    return constant.toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return "%s: %s %s %d".formatted(scene, before ? "before" : "after", place(), which);
  }
}
