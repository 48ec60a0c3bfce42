package dev.ripcord.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.TodaysCases;
import dev.ripcord.e2e.CrashPoint.Platform;
import dev.ripcord.e2e.CrashPoint.Scene;
import dev.ripcord.e2e.CrashWorld.End;
import dev.ripcord.platform.kubernetes.TestCluster;
import java.io.IOException;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/**
 * The crash matrix: the daemon is killed at one point of a rollback, another goes on, and what is
 * true at the end is what is true after the rollback that nobody disturbed.
 *
 * <p>A build takes a few points of some platforms, others each day; {@code
 * -Dcases=points:40,minutes:8} so many of each platform, while the time lasts, with {@code
 * of:docker} those of one, with {@code at:call} those at calls; {@code -Dcases=all,quick} all. What
 * was done stands in {@code target/crash-matrix.txt}. With {@code quick} the daemon that is killed
 * is a process as always, and the one that goes on is {@link CrashSuccessor}.
 */
@Order(1)
final class CrashMatrixTest {
  private static final int EACH_BUILD = 2;
  private static final int PLATFORMS_EACH_BUILD = 3;
  private static final Path REPORT = Path.of("target", "crash-matrix.txt");
  private static final Path DONE = Path.of("target", "crash-matrix-done.txt");

  /** A point waits for half of its time. */
  private static final int AT_ONCE =
      TodaysCases.atOnce().orElse(2 * Runtime.getRuntime().availableProcessors());

  /** The training takes as long as some points. */
  private static final int TRAINED_FROM = 60;

  private static CrashTemplates templates;
  private static CrashProgress progress;

  private final Map<Scene, FutureTask<End>> undisturbed = new ConcurrentHashMap<>();

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
    if (!TodaysCases.goOn()) {
      Files.deleteIfExists(REPORT);
    }
    progress = CrashProgress.begin(DONE, TodaysCases.goOn());
  }

  @AfterAll
  static void end() {
    templates.close();
  }

  private static List<Platform> platforms() {
    List<Platform> all =
        Stream.of(Platform.values())
            .filter(each -> TodaysCases.kind().map(each.word()::equals).orElse(true))
            .toList();
    return TodaysCases.areAsked() ? all : TodaysCases.inARow(PLATFORMS_EACH_BUILD, all);
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void killed_endsAsTheRunThatWasNotKilled(Platform platform) throws Exception {
    if (platform == Platform.KUBERNETES) {
      var _ = TestCluster.kubeconfigOrSkip();
    }
    CrashContainers.makeImages(platform);
    List<CrashPoint> all =
        CrashPoint.all(platform).stream()
            .filter(each -> TodaysCases.place().map(each.place()::equals).orElse(true))
            .toList();
    List<CrashPoint> today = TodaysCases.inARow(EACH_BUILD, all);
    List<CrashPoint> left = today.stream().filter(each -> !progress.hasHeld(each)).toList();
    long begun = System.nanoTime();
    if (left.size() >= TRAINED_FROM) {
      templates.train(platform);
    }

    Collection<Result> results = runWhileTimeLasts(left);

    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    write(
        List.of(
            "%s: of %d points %d were to be run, %d had held before, %d were run, in %d s"
                .formatted(
                    platform.word(),
                    all.size(),
                    today.size(),
                    today.size() - left.size(),
                    results.size(),
                    took.toSeconds())));
    report(results);
    assertThat(results.size() + today.size() - left.size())
        .as("points that were run, or held before")
        .isPositive();
    assertThat(results.stream().filter(each -> !each.differs().isEmpty())).isEmpty();
  }

  /** Several at a time: each waits for most of its time. */
  private Collection<Result> runWhileTimeLasts(List<CrashPoint> points) throws Exception {
    Duration time = TodaysCases.time().orElse(Duration.ofHours(5));
    long deadline = System.nanoTime() + time.dividedBy(platforms().size()).toNanos();
    Queue<CrashPoint> waiting = new ConcurrentLinkedQueue<>(points);
    Queue<Result> results = new ConcurrentLinkedQueue<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<?>> work = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
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
    } catch (ExecutionException e) {
      throw e.getCause() instanceof TestAbortedException skipped ? skipped : e;
    }
    return results;
  }

  private Result run(CrashPoint point) {
    FutureTask<End> expected =
        undisturbed.computeIfAbsent(
            point.scene(), scene -> new FutureTask<>(() -> undisturbed(scene)));
    // Whoever comes first makes it, while the others have their points already.
    expected.run();
    try (CrashWorld world = new CrashWorld(point.scene(), templates)) {
      try {
        List<String> differs = world.killedAt(point).differsFrom(expected.get());
        if (differs.isEmpty()) {
          progress.held(point);
          return new Result(point, world.hasKilled(), "");
        }
        String said = String.join("\n", differs) + "\n" + world.said();
        System.out.println("differs: " + point + ": " + said);
        return new Result(point, world.hasKilled(), said);
      } catch (ExecutionException | AssertionError | RuntimeException e) {
        return new Result(point, world.hasKilled(), e + "\n" + world.said());
      }
    } catch (TestAbortedException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      return new Result(point, false, "its world could not be made, or taken away: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private End undisturbed(Scene scene) throws IOException {
    try (CrashWorld world = new CrashWorld(scene, templates)) {
      End end = world.undisturbed();
      assertThat(end.outcome()).as(world.said()).hasSize(1);
      write(List.of("%s: undisturbed %s, %s".formatted(scene, world.counted(), end)));
      return end;
    }
  }

  private static void report(Collection<Result> results) throws IOException {
    Map<Scene, List<Result>> scenes =
        results.stream()
            .collect(
                Collectors.groupingBy(
                    each -> each.point().scene(), TreeMap::new, Collectors.toList()));
    List<String> lines = new ArrayList<>();
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

  private static synchronized void write(List<String> lines) throws IOException {
    Files.write(REPORT, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
