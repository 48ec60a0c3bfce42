package dev.ripcord.risk;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The domains and functions between two statements. Changed by them; not thread-safe. */
final class Definitions {
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
    Catalog.Type type =
        new Catalog.Type(
            name.schema().orElse("public"),
            name.name(),
            name.name(),
            Optional.of(base),
            constrained);
    domains.put(name.name(), type);
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

  /** Whether a call may do anything at all: it is not one of the server's own, and volatile. */
  boolean isUnknown(Name function) {
    boolean foreign =
        functions.containsKey(function.name())
            || catalog.ownFunctions().contains(function.name())
            || !(catalog.volatileFunctions().contains(function.name())
                || catalog.stableFunctions().contains(function.name()));
    return foreign && isVolatile(function);
  }

  void addFunction(Name name, boolean isVolatile) {
    functions.put(name.name(), isVolatile);
  }
}
