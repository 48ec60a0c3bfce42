package dev.ripcord.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.Folder;
import dev.ripcord.parse.SqlReader;
import dev.ripcord.proof.Proof;
import dev.ripcord.undo.DownDraft;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class DownDrafterTest {
  private static MigrationBench bench;
  private static Database base;

  @BeforeAll
  static void start() throws IOException {
    bench = new MigrationBench();
    base = bench.fresh();
    bench.run(base, ProofCasesTest.statements(ProofCase.text("/proof/base.sql")));
  }

  @AfterAll
  static void stop() throws IOException {
    bench.close();
  }

  @Test
  void explore() throws IOException {
    List<String> out = new ArrayList<>();
    for (ProofCase each : ProofCase.all()) {
      Database live = bench.copy(base);
      bench.run(live, ProofCasesTest.statements(each.part("setup")));
      Folder folder = MigrationBench.folder("01_case", each.part("up"), "SELECT 1;");
      out.add("== " + each.name() + " [" + each.verdict() + "]");
      try {
        DownDraft draft =
            MigrationBench.wait(
                new DownDrafter(bench.vertx, live, t -> {})
                    .draft(List.of(), folder.migrations().getFirst(), new SqlReader()::read));
        out.add(draft.text("01_case_up.sql", List.of()));
        if (!draft.isEmpty()) {
          Folder pair =
              MigrationBench.folder("01_case", each.part("up"), draft.plain("01_case_up.sql"));
          Proof proof =
              MigrationBench.wait(
                      new ProofRunner(bench.vertx, live, true, w -> {}).inOrder(pair.migrations()))
                  .getFirst();
          out.add(
              "   VERDICT "
                  + proof.verdict().text()
                  + (draft.cannot().isEmpty() ? " complete" : " incomplete")
                  + " "
                  + proof.lost());
        } else {
          out.add("   EMPTY");
        }
      } catch (RuntimeException e) {
        out.add("   FAIL " + e);
      }
    }
    java.nio.file.Files.write(java.nio.file.Path.of("/tmp/after-explore.txt"), out);
    assertThat(out).isNotEmpty();
  }
}
