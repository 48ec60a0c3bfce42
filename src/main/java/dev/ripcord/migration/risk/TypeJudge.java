package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.OperationImpact.Code;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.statement.TypeName;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of tables when a type or a domain that they use is changed.
 *
 * @param world the database
 * @param findings takes what is found
 */
record TypeJudge(SchemaModel world, Findings findings) {
  void tighten(SqlOperation.TightenDomain tighten) {
    findings.floor(Grade.MEDIUM);
    Optional<Catalog.Type> domain =
        world.definitions().domain(TypeName.of(tighten.domain().toString()));
    if (domain.isEmpty()) {
      findings.unknown("ALTER DOMAIN " + tighten.domain() + ": the database has no such domain");
      return;
    }
    world.definitions().constrain(tighten.domain());
    for (Table table : tighten.reads() ? world.all() : List.<Table>of()) {
      boolean uses =
          table.columns().stream()
              .anyMatch(column -> column.type().name().equals(domain.get().label()));
      if (uses && table.hasRows()) {
        findings.lock(table, LockMode.SHARE, "ALTER DOMAIN " + tighten.domain());
        String size = new Size(table.bytes()).during(Size.Work.READ);
        findings.add(
            Code.SCAN, table, "reads " + table.label() + ", which uses the domain (" + size + ")");
      }
    }
  }

  /** What a rule kept out may come in; whether another rule is left is not known. */
  void loosen(SqlOperation.LoosenDomain loosen) {
    findings.floor(Grade.MEDIUM);
    findings.add(
        Code.CONSTRAINT_DROPPED,
        "drops a rule of the domain " + loosen.domain() + ": what it kept out can come in",
        Optional.empty());
  }

  void alter(SqlOperation.AlterComposite alter) {
    findings.floor(Grade.HIGH);
    for (Table table : world.all()) {
      if (table.isOf(alter.type().name())) {
        findings.lock(table, LockMode.ACCESS_EXCLUSIVE, "ALTER TYPE");
      }
    }
    for (String attribute : alter.dropped()) {
      String what = alter.type() + "." + attribute;
      findings.add(
          Code.DESTRUCTIVE,
          "drops the attribute " + what + " from every value of that type",
          Optional.empty());
      findings.add(Code.BREAKING, "old code still asks for " + what, Optional.empty());
    }
  }

  void rename(SqlOperation.RenameType rename) {
    findings.floor(rename.floor());
    if (rename.breaking()) {
      findings.add(
          Code.BREAKING,
          "the type "
              + rename.name()
              + " is now "
              + rename.to()
              + ": old code asks for the old name",
          Optional.empty());
    }
    world.definitions().rename(rename.name(), rename.to());
  }
}
