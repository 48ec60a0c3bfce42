package dev.ripcord.migration.sql;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The functions that a text calls. What a function does is not known from its call: one that is not
 * known to leave rows alone may change any of them.
 */
public final class FunctionCalls {
  /** Words before a parenthesis that call nothing. */
  private static final Set<String> NO_CALLS =
      words(
          """
          all and any array as between bit by case char character conflict cube decimal
          default distinct else except exists filter float from group grouping having ilike in
          intersect interval is join key lateral like limit materialized not numeric offset on
          only or over partition precision returning rollup row select set sets some then time
          timestamp timestamptz union using values varchar varying when where with within
          """);

  /** Functions of PostgreSQL that change nothing. */
  private static final Set<String> HARMLESS =
      words(
          """
          abs age array_agg array_append array_length array_position array_remove
          array_to_string avg bool_and bool_or btrim cardinality cast ceil ceiling char_length
          clock_timestamp coalesce col_description concat concat_ws count cume_dist
          current_database current_schema current_setting currval date_part date_trunc decode
          dense_rank digest div encode extract first_value floor format format_type
          gen_random_uuid generate_series greatest has_table_privilege initcap json_agg
          json_array_elements json_build_array json_build_object jsonb_agg
          jsonb_array_elements jsonb_array_length jsonb_build_array jsonb_build_object
          jsonb_each jsonb_object_agg jsonb_set jsonb_typeof json_typeof lag last_value lead
          lastval least left length localtimestamp lower lpad ltrim make_date make_interval
          make_timestamp max md5 min mod mode now ntile nullif num_nonnulls num_nulls
          obj_description octet_length overlay percentile_cont percentile_disc
          pg_advisory_lock pg_advisory_lock_shared pg_advisory_unlock pg_advisory_unlock_all
          pg_advisory_unlock_shared pg_advisory_xact_lock pg_advisory_xact_lock_shared
          pg_backend_pid pg_column_size pg_get_constraintdef pg_get_indexdef pg_get_serial_sequence
          pg_get_viewdef pg_relation_size pg_size_pretty pg_sleep pg_sleep_for
          pg_sleep_until pg_table_is_visible pg_table_size pg_total_relation_size
          pg_try_advisory_lock pg_try_advisory_lock_shared pg_try_advisory_xact_lock
          pg_try_advisory_xact_lock_shared pg_typeof position power quote_ident
          quote_literal quote_nullable random rank regexp_match regexp_matches regexp_replace
          regexp_split_to_array regexp_split_to_table repeat replace reverse right round
          row_number row_to_json rpad rtrim sign split_part sqrt starts_with
          statement_timestamp stddev string_agg string_to_array strpos substr substring sum
          timeofday to_char to_date to_json to_jsonb to_number to_regclass to_regtype to_timestamp
          to_tsvector transaction_timestamp translate treat trim trunc unnest upper
          uuid_generate_v4 variance version width_bucket
          """);

  private FunctionCalls() {}

  private static Set<String> words(String text) {
    return Set.of(text.strip().split("\\s+"));
  }

  /**
   * Whether a function of PostgreSQL is known to change nothing, by its name without schema. The
   * caller knows that it is the server's own.
   */
  public static boolean isHarmless(String function) {
    return HARMLESS.contains(function);
  }

  /** Whether a word before a parenthesis is one of the language, or a type with a length. */
  static boolean isSyntax(String word) {
    return NO_CALLS.contains(word);
  }

  /** The first function that is called and is not known to change nothing; empty when none is. */
  static Optional<String> unknown(List<Token> tokens) {
    for (int i = 1; i < tokens.size(); i++) {
      if (tokens.get(i).isSymbol('(') && tokens.get(i - 1).isName() && !isAlias(tokens, i - 1)) {
        boolean qualified = i > 2 && tokens.get(i - 2).isSymbol('.');
        String name = tokens.get(i - 1).text();
        boolean own = qualified && !tokens.get(i - 3).isWord("pg_catalog");
        if (own || !(HARMLESS.contains(name) || (!qualified && NO_CALLS.contains(name)))) {
          return Optional.of(name);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isAlias(List<Token> tokens, int at) {
    return at > 0 && tokens.get(at - 1).isWord("as");
  }
}
