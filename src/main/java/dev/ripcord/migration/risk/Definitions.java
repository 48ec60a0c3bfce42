package dev.ripcord.migration.risk;

import dev.ripcord.migration.sql.FunctionCalls;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.TypeName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The domains and functions between two statements. Changed by them; not thread-safe. */
final class Definitions {
  /** Functions that move a sequence or set a parameter, which the judges look at themselves. */
  private static final Set<String> JUDGED = Set.of("nextval", "setval", "set_config");

  private final Catalog catalog;
  private final Map<String, Catalog.Type> domains = new HashMap<>();
  private final Map<String, Boolean> functions = new HashMap<>();

  Definitions(Catalog catalog) {
    this.catalog = catalog;
  }

  Definitions copy() {
    Definitions copy = new Definitions(catalog);
    copy.domains.putAll(domains);
    copy.functions.putAll(functions);
    return copy;
  }

  /** The domain of a name; empty when it is none. */
  Optional<Catalog.Type> domain(TypeName type) {
    if (type.array()) {
      return Optional.empty();
    }
    Catalog.Type own = domains.get(type.name());
    if (own != null) {
      return Optional.of(own);
    }
    return catalog.types().stream()
        .filter(each -> each.base().isPresent() && isNamed(each, type.name()))
        .findFirst();
  }

  private static boolean isNamed(Catalog.Type type, String name) {
    return type.label().equals(name)
        || type.name().equals(name)
        || (type.schema() + "." + type.name()).equals(name);
  }

  void addDomain(Name name, TypeName base, boolean constrained) {
    Optional<Catalog.Type> below = domain(base); // one over another has the rules of both
    put(
        name,
        below.flatMap(Catalog.Type::base).orElse(base),
        constrained || below.filter(Catalog.Type::constrained).isPresent());
  }

  private void put(Name name, TypeName base, boolean constrained) {
    Catalog.Type type =
        new Catalog.Type(
            name.schema().orElse("public"),
            name.name(),
            name.name(),
            Optional.of(base),
            constrained);
    domains.put(name.name(), type);
    domains.put(name.toString(), type);
  }

  /** The domain has a rule from now on. */
  void constrain(Name name) {
    domain(TypeName.of(name.toString()))
        .flatMap(Catalog.Type::base)
        .ifPresent(base -> put(name, base, true));
  }

  /** A domain is called otherwise from now on; of other types nothing is remembered. */
  void rename(Name name, Name to) {
    Optional<Catalog.Type> old = domain(TypeName.of(name.toString()));
    old.flatMap(Catalog.Type::base).ifPresent(base -> put(to, base, old.get().constrained()));
  }

  /** Whether a call may give another value for each row. */
  boolean isVolatile(Name function) {
    Boolean own = functions.get(function.name());
    if (own != null) {
      return own;
    }
    return catalog.volatileFunctions().contains(function.name())
        || !catalog.stableFunctions().contains(function.name());
  }

  /**
   * Whether a call may do anything at all: the server does not promise that the function only
   * reads, and it is none of the server's own that are known to change nothing.
   */
  boolean isUnknown(Name function) {
    return isVolatile(function) && (isForeign(function) || !isKnown(function.name()));
  }

  private static boolean isKnown(String function) {
    return FunctionCalls.isHarmless(function) || JUDGED.contains(function);
  }

  private boolean isForeign(Name function) {
    return functions.containsKey(function.name())
        || catalog.ownFunctions().contains(function.name())
        || !(catalog.volatileFunctions().contains(function.name())
            || catalog.stableFunctions().contains(function.name()));
  }

  void addFunction(Name name, boolean isVolatile) {
    functions.put(name.name(), isVolatile);
  }
}
