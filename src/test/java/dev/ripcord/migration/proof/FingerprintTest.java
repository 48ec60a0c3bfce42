package dev.ripcord.migration.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FingerprintTest {
  private static Fingerprint of(String facts) {
    List<Fact> all = new ArrayList<>();
    for (String fact : facts == null ? new String[0] : facts.split("; ", -1)) {
      String[] parts = fact.split("/", -1);
      all.add(new Fact(new CatalogObject(parts[0], parts[1], parts[2]), parts[3], parts[4]));
    }
    return Fingerprint.of(all);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          index/public.i//is/there                    | index/public.i//is/there | ''
          index/public.i//is/there                    |                          | index i is not back
                                                      | index/public.i//is/there | index i stays behind
          table/public.t//acl/a                       | table/public.t//acl/b    | table t: privileges was a, is b
          table/t//is/there; column/t.c/t/is/there    |                          | table t is not back
          column/t.c/t/default/1; column/t.c/t/is/x   | column/t.c/t/is/x        | column t.c: default was 1, is none
          sequence/s//position/6 1                    | sequence/s//position/9 1 | ''
          sequence/s//position/6 1                    | sequence/s//position/1 1 | sequence s goes on with 1, it stood at 6
          sequence/s//position/-6 -1                  | sequence/s//position/-9 -1 | ''
          sequence/s//position/-6 -1                  | sequence/s//position/-1 -1 | sequence s goes on with -1, it stood at -6
          order/t/t/order of columns/a, b             | order/t/t/order of columns/b, a | the columns of t stand in another order: b, a; they stood a, b
          order/t/t/order of columns/a, b             | order/t/t/order of columns/a | ''
          """)
  void against_tellsWhatIsNotAsItWas(String before, String after, String told) {
    String text =
        String.join("\n", of(before).against(of(after)).stream().map(Difference::text).toList());
    assertThat(text).isEqualTo(told);
  }
}
