package dev.ripcord.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.TodaysCases;
import dev.ripcord.e2e.CrashPoint.Platform;
import dev.ripcord.e2e.CrashPoint.Scene;
import dev.ripcord.e2e.CrashWorld.End;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The crash matrix: the daemon is killed at one point of a rollback, another goes on, and what is
 * true at the end is what is true after the rollback that nobody disturbed.
 *
 * <p>A build takes a few points of some platforms, others each day; {@code
 * -Dcases=points:40,minutes:8} so many of each platform, while the time lasts; {@code -Dcases=all}
 * all. What was done stands in {@code target/crash-matrix.txt}.
 */
@Order(1)
final class CrashMatrixTest {
  private static final int EACH_BUILD = 2;
  private static final int PLATFORMS_EACH_BUILD = 3;
  private static final Path REPORT = Path.of("target", "crash-matrix.txt");
  private static CrashTemplates templates;

  private final Map<Scene, End> undisturbed = new ConcurrentHashMap<>();

  /**
   * What came of a point.
   *
   * @param differs from the run that was not killed, in words; empty where it does not
   */
  private record Result(CrashPoint point, boolean killed, String differs) {}

  @BeforeAll
  static void begin() throws IOException {
    templates = new CrashTemplates();
    Files.createDirectories(REPORT.getParent());
    Files.deleteIfExists(REPORT);
  }

  @AfterAll
  static void end() {
    templates.close();
  }

  private static List<Platform> platforms() {
    List<Platform> all = List.of(Platform.values());
    return TodaysCases.areAsked() ? all : TodaysCases.inARow(PLATFORMS_EACH_BUILD, all);
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void killed_endsAsTheRunThatWasNotKilled(Platform platform) throws Exception {
    CrashContainers.makeImages(platform);
    List<CrashPoint> all = CrashPoint.all(platform);
    List<CrashPoint> today = TodaysCases.inARow(EACH_BUILD, all);

    Collection<Result> results = runWhileTimeLasts(today);

    report(platform, all.size(), today.size(), results);
    assertThat(results).as("points that were run").isNotEmpty();
    assertThat(results.stream().filter(each -> !each.differs().isEmpty())).isEmpty();
  }

  /** Two at a time where there are many: each waits for half of its time. */
  private Collection<Result> runWhileTimeLasts(List<CrashPoint> points) throws Exception {
    Duration time = TodaysCases.time().orElse(Duration.ofHours(5));
    long deadline = System.nanoTime() + time.dividedBy(platforms().size()).toNanos();
    Queue<CrashPoint> waiting = new ConcurrentLinkedQueue<>(points);
    Queue<Result> results = new ConcurrentLinkedQueue<>();
    int atOnce = points.size() > EACH_BUILD ? 2 : 1;
    try (ExecutorService workers = Executors.newFixedThreadPool(atOnce)) {
      List<Future<?>> work = new ArrayList<>();
      for (int i = 0; i < atOnce; i++) {
        work.add(
            workers.submit(
                () -> {
                  for (CrashPoint next = waiting.poll();
                      next != null && System.nanoTime() < deadline;
                      next = waiting.poll()) {
                    results.add(run(next));
                  }
                }));
      }
      for (Future<?> each : work) {
        each.get();
      }
    }
    return results;
  }

  private Result run(CrashPoint point) {
    End expected = undisturbed.computeIfAbsent(point.scene(), this::undisturbed);
    try (CrashWorld world = new CrashWorld(point.scene(), templates)) {
      try {
        End end = world.killedAt(point);
        List<String> differs = end.differsFrom(expected);
        String said = differs.isEmpty() ? "" : "\n" + world.said();
        return new Result(point, world.hasKilled(), String.join("\n", differs) + said);
      } catch (AssertionError | RuntimeException e) {
        return new Result(point, world.hasKilled(), e + "\n" + world.said());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private End undisturbed(Scene scene) {
    try (CrashWorld world = new CrashWorld(scene, templates)) {
      End end = world.undisturbed();
      assertThat(end.outcome()).as(world.said()).hasSize(1);
      write(List.of("%s: undisturbed %s, %s".formatted(scene, world.counted(), end)));
      return end;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void report(Platform platform, int all, int chosen, Collection<Result> results)
      throws IOException {
    Map<Scene, List<Result>> scenes =
        results.stream()
            .collect(
                Collectors.groupingBy(
                    each -> each.point().scene(), TreeMap::new, Collectors.toList()));
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: %d of %d points were to be run, %d were"
            .formatted(platform.word(), chosen, all, results.size()));
    scenes.forEach(
        (scene, each) ->
            lines.add(
                "  %s: %d points, %d killed, %d held"
                    .formatted(
                        scene,
                        each.size(),
                        each.stream().filter(Result::killed).count(),
                        each.stream().filter(one -> one.differs().isEmpty()).count())));
    for (Result each : results) {
      if (!each.differs().isEmpty()) {
        lines.add(
            "  differs: " + each.point() + ": " + each.differs().lines().findFirst().orElseThrow());
      }
    }
    write(lines);
  }

  private static void write(List<String> lines) throws IOException {
    Files.write(REPORT, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
