package dev.ripcord.web.page;

import dev.ripcord.port.Control.ServiceStatus;
import io.vertx.core.MultiMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * Which services the overview shows, and how, as its address says.
 *
 * @param search what a name must contain, in any case; empty for every name
 * @param state which state they must be in; empty for every state
 * @param grouped whether they are put together by the prefix of their names
 */
record OverviewQuery(String search, Optional<State> state, boolean grouped) {
  private static final int SEARCH_MAX = 63;

  /** Every service, in one list. */
  static final OverviewQuery ALL = new OverviewQuery("", Optional.empty(), false);

  /** What one can filter by. */
  enum State {
    BREACH("in trouble"),
    WARNING("with a warning"),
    UNKNOWN("unknown"),
    HEALTHY("healthy"),
    RELEASE("with a release under watch");

    private final String words;

    State(String words) {
      this.words = words;
    }

    /** As the address spells it. */
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    String words() {
      return words;
    }

    boolean holds(ServiceStatus status) {
      Standing standing = Standing.of(status);
      return switch (this) {
        case BREACH -> standing == Standing.BAD;
        case WARNING -> standing == Standing.WARNING;
        case UNKNOWN -> standing == Standing.UNKNOWN;
        case HEALTHY -> standing == Standing.HEALTHY || standing == Standing.RELEASE;
        case RELEASE -> status.watch().isPresent();
      };
    }
  }

  /** What is not understood is left out: the page shows more then, never less. */
  static OverviewQuery of(MultiMap parameters) {
    String search = Optional.ofNullable(parameters.get("q")).orElse("").strip();
    String state = Optional.ofNullable(parameters.get("state")).orElse("");
    return new OverviewQuery(
        search.substring(0, Math.min(search.length(), SEARCH_MAX)),
        Optional.of(state).flatMap(OverviewQuery::state),
        "prefix".equals(parameters.get("group")));
  }

  private static Optional<State> state(String text) {
    for (State state : State.values()) {
      if (state.text().equals(text)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }

  boolean matches(ServiceStatus status) {
    return (search.isEmpty()
            || status
                .service()
                .text()
                .toLowerCase(Locale.ROOT)
                .contains(search.toLowerCase(Locale.ROOT)))
        && (state.isEmpty() || state.get().holds(status));
  }

  boolean isAll() {
    return search.isEmpty() && state.isEmpty();
  }

  /** The same with another state, as an address relative to the page. */
  String with(Optional<State> other) {
    StringBuilder query = new StringBuilder();
    append(query, "q", search);
    append(query, "state", other.map(State::text).orElse(""));
    append(query, "group", grouped ? "prefix" : "");
    return "./" + query;
  }

  private static void append(StringBuilder query, String name, String value) {
    if (!value.isEmpty()) {
      query
          .append(query.isEmpty() ? '?' : '&')
          .append(name)
          .append('=')
          .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }

  /** The group of a service: what stands before the first {@code -}, {@code .} or {@code _}. */
  String group(ServiceStatus status) {
    if (!grouped) {
      return "";
    }
    String name = status.service().text();
    for (int i = 1; i < name.length(); i++) {
      if ("-._".indexOf(name.charAt(i)) >= 0) {
        return name.substring(0, i);
      }
    }
    return name;
  }
}
