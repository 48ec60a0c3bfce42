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
  void value_thatComesBackWithTheColumn_isNotSet() {
    assertThat(LiveSql.isSet("c", "int", Optional.empty())).isEqualTo("c IS NOT NULL");
    assertThat(LiveSql.isSet("c", "int", Optional.of("it's")))
        .isEqualTo("c::text IS DISTINCT FROM ('it''s'::int)::text");
  }

  @Test
  void value_thatTheColumnGivesByItself_isUnset() {
    assertThat(LiveSql.isUnset("c", "int", Optional.empty(), Optional.empty()))
        .isEqualTo("(c IS NULL)");
    assertThat(LiveSql.isUnset("c", "int", Optional.of("it's"), Optional.of("'x'::text")))
        .isEqualTo("(c IS NULL OR c::text = ('it''s'::int)::text OR c::text = ('x'::text)::text)");
    assertThat(LiveSql.isUnset("c", "int", Optional.empty(), Optional.of("nextval('s')")))
        .isEqualTo("(c IS NULL)");
  }
}
