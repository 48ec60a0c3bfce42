package dev.ripcord.platform.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.platform.docker.SwitchSnapshot.Found;
import dev.ripcord.platform.docker.SwitchSnapshot.Mode;
import dev.ripcord.platform.docker.SwitchStep.Create;
import dev.ripcord.platform.docker.SwitchStep.Done;
import dev.ripcord.platform.docker.SwitchStep.Failed;
import dev.ripcord.platform.docker.SwitchStep.Missing;
import dev.ripcord.platform.docker.SwitchStep.NoImage;
import dev.ripcord.platform.docker.SwitchStep.Promote;
import dev.ripcord.platform.docker.SwitchStep.Prove;
import dev.ripcord.platform.docker.SwitchStep.PutBack;
import dev.ripcord.platform.docker.SwitchStep.Remove;
import dev.ripcord.platform.docker.SwitchStep.RemoveAside;
import dev.ripcord.platform.docker.SwitchStep.Revive;
import dev.ripcord.platform.docker.SwitchStep.SetAside;
import dev.ripcord.platform.docker.SwitchStep.Start;
import dev.ripcord.platform.docker.SwitchStep.Stop;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The decision, row by row. What happens when rows are put together is in {@link DockerKilledTest}.
 */
final class SwitchMachineTest {
  private static final String NEW = "shop:1";

  /**
   * A container is spelt {@code new} or {@code old} and how it is; {@code -} is none. What the call
   * has done is spelt as the names of {@link SwitchProgress}.
   */
  @ParameterizedTest(name = "{0} | {1} | {2} | ran {3} | {4} → {5}")
  @CsvSource({
    // main,          fresh,       aside,           ran,   done by this call,  next step
    "old up,          -,           -,               false, nothing,            Create main",
    "old stopped,     -,           -,               false, nothing,            Create main",
    "old restarting,  -,           -,               false, nothing,            Create main",
    "old restarting,  new created, -,               false, made,               Stop main",
    "old up,          new created, -,               false, made looping,       Stop main",
    "old stopped,     new created, -,               false, made looping,       SetAside main",
    "old up,          new created, -,               false, nothing,            Remove fresh",
    "old up,          new created, -,               false, made,               SetAside main",
    "old stopped,     new created, -,               false, made,               SetAside main",
    "-,               new created, old up,          true,  made,               Stop aside",
    "-,               new created, old up,          true,  nothing,            Stop aside",
    "-,               new created, old restarting,  true,  nothing,            Stop aside",
    "-,               new created, old paused,      true,  nothing,            Stop aside",
    "-,               new created, old stopped,     true,  nothing,            Promote fresh",
    "-,               new created, old stopped,     false, nothing,            Promote fresh",
    "-,               new created, -,               false, nothing,            Promote fresh",
    "new created,     -,           old stopped,     true,  nothing,            Start main",
    "new stopped,     -,           old stopped,     true,  nothing,            Start main",
    "new paused,      -,           old stopped,     true,  nothing,            Start main",
    "new created,     -,           old up,          true,  nothing,            Stop aside",
    "new up,          -,           old up,          true,  nothing,            Stop aside",
    "new up,          -,           old stopped,     true,  nothing,            Prove main",
    "new up,          -,           old stopped,     true,  started,            Prove main",
    "new stopped,     -,           old stopped,     true,  started,            Prove main",
    "new up,          -,           old stopped,     true,  proved,             RemoveAside aside",
    "new up,          -,           -,               false, proved,             Done changed",
    "new up,          -,           -,               false, nothing,            Done",
    "new up,          -,           -,               false, started,            Prove main",
    "new stopped,     -,           -,               false, nothing,            Start main",
    "new restarting,  -,           -,               false, nothing,            Start main",
    "new up,          old created, -,               false, nothing,            Remove fresh",
    "old created,     -,           old stopped,     true,  made main,          Start main",
    "old up,          -,           old stopped,     true,  made main,          Prove main",
    "old up,          -,           old stopped,     true,  gave main up,       Remove main",
    // a switch to another image broke off
    "-,               old created, old stopped,     true,  nothing,            Remove fresh",
    "-,               old created, -,               false, nothing,            Promote fresh",
    "old up,          -,           old stopped,     true,  nothing,            RemoveAside aside",
    "old paused,      -,           old stopped,     true,  nothing,            RemoveAside aside",
    "old created,     -,           old stopped,     true,  nothing,            Remove main",
    "old restarting,  -,           old stopped,     true,  nothing,            Remove main",
    // it broke off on the down
    "-,               -,           old stopped,     true,  nothing,            Revive aside",
    "-,               -,           old stopped,     false, nothing,            PutBack aside",
    "-,               -,           old up,          true,  nothing,            PutBack aside",
    "-,               -,           new stopped,     true,  nothing,            Revive aside",
    "-,               -,           -,               false, nothing,            Missing",
    "-,               -,           -,               false, started,            Failed",
    // the new one is given up
    "old up,          new created, -,               false, trouble,            Remove fresh",
    "old up,          -,           -,               false, trouble,            Failed",
    "-,               new created, old up,          true,  trouble,            Remove fresh",
    "-,               new created, old stopped,     true,  trouble,            Remove fresh",
    "-,               new created, -,               false, trouble,            Promote fresh",
    "new stopped,     -,           old stopped,     true,  trouble,            Remove main",
    "new up,          -,           old stopped,     true,  trouble,            Remove main",
    "new stopped,     -,           -,               false, trouble,            Failed",
    "-,               -,           -,               false, trouble,            Failed",
    "old up,          -,           old stopped,     true,  trouble,            Failed",
    "-,               -,           old stopped,     true,  trouble,            Revive aside",
    "-,               -,           old stopped,     false, trouble,            PutBack aside",
    "-,               -,           old up,          true,  trouble,            PutBack aside",
    "-,               -,           old stopped,     true,  backTrouble,        PutBack aside",
    "-,               -,           old stopped,     true,  revived,            PutBack aside",
    "-,               -,           old up,          true,  looping aside,      Stop aside",
    "-,               -,           old stopped,     true,  looping aside,      PutBack aside",
    "old stopped,     -,           -,               false, ran main,           Revive main",
    "old up,          -,           -,               false, ran main,           Failed",
  })
  void next_ofEachScene_isAsDrawn(
      String main, String fresh, String aside, boolean ran, String done, String expected) {
    SwitchSnapshot scene =
        new SwitchSnapshot(
            found("main", main), found("fresh", fresh), found("aside", aside), ran, true);

    assertThat(described(SwitchMachine.of(scene, attempt(done)))).isEqualTo(expected);
  }

  @ParameterizedTest(name = "without the image: {0} | {1} | {2} → {3}")
  @CsvSource({
    "old up,      -,           -,           NoImage",
    "old up,      new created, -,           Remove fresh",
    "-,           -,           old stopped, Revive aside",
    "new stopped, -,           -,           Start main",
    "new up,      -,           -,           Done",
  })
  void next_withoutTheImage_makesNothing(String main, String fresh, String aside, String expected) {
    SwitchSnapshot scene =
        new SwitchSnapshot(
            found("main", main), found("fresh", fresh), found("aside", aside), true, false);

    assertThat(described(SwitchMachine.of(scene, SwitchProgress.NONE))).isEqualTo(expected);
  }

  private static Optional<Found> found(String id, String text) {
    if (text.equals("-")) {
      return Optional.empty();
    }
    boolean wanted = text.startsWith("new ");
    Mode mode = Mode.valueOf(text.substring(4).toUpperCase(Locale.ROOT));
    return Optional.of(new Found(id, wanted ? NEW : "shop:2", wanted, mode));
  }

  private static SwitchProgress attempt(String done) {
    return switch (done) {
      case "made" -> SwitchProgress.NONE.withMade("fresh");
      case "made main" -> SwitchProgress.NONE.withMade("main");
      case "gave main up" -> SwitchProgress.NONE.withMade("main").withTrouble("it broke");
      case "made looping" ->
          known(SwitchProgress.NONE.withMade("fresh"), before -> before.withLooping("main"));
      case "looping aside" ->
          known(SwitchProgress.NONE.withTrouble("it broke"), before -> before.withLooping("aside"));
      case "revived" ->
          known(SwitchProgress.NONE.withTrouble("it broke"), before -> before.withRevived("aside"));
      case "ran main" ->
          known(SwitchProgress.NONE.withTrouble("it broke"), before -> before.withRan("main"));
      case "started" -> SwitchProgress.NONE.withStarted("main");
      case "proved" -> SwitchProgress.NONE.withStarted("main").withProved("main");
      case "trouble" -> SwitchProgress.NONE.withTrouble("it broke");
      case "backTrouble" -> SwitchProgress.NONE.withTrouble("it broke").withBackTrouble("this too");
      default -> SwitchProgress.NONE;
    };
  }

  private static SwitchProgress known(
      SwitchProgress attempt, UnaryOperator<SwitchProgress.Before> what) {
    return attempt.withBefore(what.apply(attempt.before()));
  }

  private static String described(SwitchStep step) {
    @Nullable Found on =
        switch (step) {
          case Create s -> s.model();
          case SetAside s -> s.container();
          case Stop s -> s.container();
          case Promote s -> s.container();
          case Start s -> s.container();
          case Prove s -> s.container();
          case Revive s -> s.container();
          case PutBack s -> s.container();
          case Remove s -> s.container();
          case RemoveAside s -> s.container();
          case Done d -> null;
          case Failed f -> null;
          case Missing m -> null;
          case NoImage n -> null;
        };
    String more = on == null ? "" : " " + on.id();
    return step.getClass().getSimpleName()
        + more
        + (step instanceof Done done && done.changed() ? " changed" : "");
  }
}
