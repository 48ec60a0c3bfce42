package dev.ripcord.postgres.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.TodaysCases;
import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.proof.Proof;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of {@code proof/downs.txt} on a real server. */
@Order(1)
public final class ProofCasesTest {
  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private static Database base;

  @BeforeAll
  static void start() throws IOException {
    base = bench.fresh();
    bench.run(base, statements(ProofCase.text("/proof/base.sql")));
  }

  static List<ProofCase> cases() {
    return TodaysCases.oneIn(8, ProofCase.all());
  }

  public static String[] statements(String sql) {
    return Script.parse(sql).work().stream().map(Statement::text).toArray(String[]::new);
  }

  @Test
  void cases_areMany() {
    assertThat(ProofCase.all()).hasSizeGreaterThan(160);
    assertThat(ProofCase.all()).extracting(ProofCase::name).doesNotHaveDuplicates();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void proof_ofACase_hasItsVerdictAndLeavesTheDatabaseAlone(ProofCase each) {
    Database live = bench.copy(base);
    bench.run(live, statements(each.part("setup")));
    ProofTrial.Moment before;
    try (MigrationSession session = bench.session(live)) {
      before = ProofTrial.Moment.of(session);
    }
    Folder folder = MigrationBench.folder("01_case", each.part("up"), each.part("down"));
    ProofRunner runner = new ProofRunner(bench.vertx, live, true, ShadowChoice.AUTO, what -> {});
    Proof proof = MigrationBench.wait(runner.inOrder(folder.migrations())).getFirst();

    assertThat(proof.verdict().text())
        .as("%s: %s", proof.lost(), proof.unknown())
        .isEqualTo(each.verdict());
    assertThat(String.join("\n", said(proof))).contains(each.part("lost"));
    try (MigrationSession session = bench.session(live)) {
      assertThat(before.against(ProofTrial.Moment.of(session))).isEmpty();
    }
  }

  private static List<String> said(Proof proof) {
    List<String> said = new ArrayList<>(proof.lost());
    said.addAll(proof.unknown());
    return said;
  }
}
