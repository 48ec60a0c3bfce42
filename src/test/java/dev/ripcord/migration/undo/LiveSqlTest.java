package dev.ripcord.migration.undo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.statement.Name;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LiveSqlTest {
  @Test
  void name_isInQuotes() {
    assertThat(LiveSql.name(Name.of("a\"b"))).isEqualTo("\"a\"\"b\"");
    assertThat(LiveSql.name(Name.of("S", "T"))).isEqualTo("\"S\".\"T\"");
  }

  @Test
  void value_thatTheColumnGivesByItself_isNotSet() {
    assertThat(LiveSql.isSet("c", Optional.empty(), Optional.empty())).isEqualTo("c IS NOT NULL");
    assertThat(LiveSql.isSet("c", Optional.of("it's"), Optional.of("'x'::text")))
        .isEqualTo("c IS NOT NULL AND c::text <> 'it''s' AND c::text <> ('x'::text)::text");
    assertThat(LiveSql.isSet("c", Optional.empty(), Optional.of("nextval('s')")))
        .isEqualTo("c IS NOT NULL");
  }
}
