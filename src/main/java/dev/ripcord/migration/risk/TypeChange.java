package dev.ripcord.migration.risk;

import dev.ripcord.migration.statement.Action;
import dev.ripcord.migration.statement.TypeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Whether a column's new type is the old one on disk. Source: what PostgreSQL does when it plans
 * {@code ALTER COLUMN … TYPE}: a cast that is a mere relabelling, or a length function that it can
 * prove to change nothing, needs no rewrite; everything else does.
 *
 * @param world the database
 */
record TypeChange(SchemaModel world) {
  private static final Set<String> GROWING = Set.of("character varying", "bit varying");
  private static final Set<String> TIMES =
      Set.of(
          "timestamp with time zone",
          "timestamp without time zone",
          "time with time zone",
          "time without time zone",
          "interval");
  private static final String ZONED = "timestamp with time zone";
  private static final String UNZONED = "timestamp without time zone";
  private static final int TIME_PRECISION_MAX = 6;

  /** Whether the table is rewritten when a column goes through these types in order. */
  boolean rewrites(TypeName from, Action.ChangeType change) {
    List<TypeName> steps = new ArrayList<>(change.casts());
    steps.add(change.type());
    TypeName at = from;
    boolean rewrites = change.computed();
    for (TypeName step : steps) {
      rewrites |= rewrites(at, step);
      at = step;
    }
    return rewrites;
  }

  /** The catalog leaves out a schema that the search path names. */
  private TypeName seen(TypeName type) {
    int dot = type.name().indexOf('.');
    boolean found = dot > 0 && world.catalog().searchPath().contains(type.name().substring(0, dot));
    return found ? type.as(type.name().substring(dot + 1)) : type;
  }

  private boolean rewrites(TypeName from, TypeName written) {
    TypeName to = seen(written);
    if (from.equals(to)) {
      return false;
    }
    // The server takes a domain's values for ones of any length of its base type.
    TypeName source =
        world
            .definitions()
            .domain(from)
            .flatMap(Catalog.Type::base)
            .map(TypeName::bare)
            .orElse(from);
    var domain = world.definitions().domain(to);
    if (domain.isPresent()) {
      return domain.get().constrained() || rewrites(source, domain.get().base().orElseThrow());
    }
    if (source.bare().equals(to.bare())) {
      return isCut(source, to);
    }
    if (source.array() || to.array()) {
      return true;
    }
    boolean zones =
        (source.name().equals(ZONED) && to.name().equals(UNZONED))
            || (source.name().equals(UNZONED) && to.name().equals(ZONED));
    boolean same = world.catalog().binaryCasts().contains(source.name() + ">" + to.name());
    return !(same || (zones && world.isUtc())) || isCut(source.bare().as(to.name()), to);
  }

  /** Whether values may have to be cut, padded or rounded within one type. */
  private static boolean isCut(TypeName from, TypeName to) {
    List<Integer> old = from.modifiers();
    List<Integer> now = to.modifiers();
    if (now.isEmpty() || old.equals(now)) {
      return false;
    }
    if (to.array()) {
      return true;
    }
    if (TIMES.contains(to.name())) {
      int digits = now.getFirst();
      return digits < TIME_PRECISION_MAX && (old.isEmpty() || digits < old.getFirst());
    }
    if (old.isEmpty()) {
      return true;
    }
    if (GROWING.contains(to.name())) {
      return now.getFirst() < old.getFirst();
    }
    return !to.name().equals("numeric")
        || !old.getLast().equals(now.getLast())
        || now.getFirst() < old.getFirst();
  }
}
