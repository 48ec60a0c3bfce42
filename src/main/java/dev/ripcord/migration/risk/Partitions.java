package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.Catalog.Constraint;
import dev.ripcord.migration.risk.Catalog.Index;
import dev.ripcord.migration.risk.OperationImpact.Code;
import dev.ripcord.migration.statement.Action;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What becomes of the tables around a partition that comes or goes.
 *
 * @param world the database
 * @param findings takes what is found
 */
record Partitions(SchemaModel world, Findings findings) {
  private static final Pattern LITERAL = Pattern.compile("'[^']*'|\\b\\d+\\b");

  /** The default partition is locked, and read for rows that belong into the new one. */
  void readDefault(Table parent, String what) {
    Optional<Table> rest = world.defaultPartition(parent);
    if (rest.isPresent()) {
      findings.lock(rest.get(), LockMode.ACCESS_EXCLUSIVE, what);
      String size = new Size(rest.get().bytes()).during(Size.Work.READ);
      findings.add(
          Code.SCAN,
          rest.get(),
          "reads the default partition for rows that belong into the new one (" + size + ")");
    }
  }

  /** The foreign keys of a parent, and those that point to it, follow a partition. */
  void lockKeys(Table parent, String what, LockMode pointing) {
    for (Constraint key : parent.constraints()) {
      world
          .referenced(key)
          .forEach(other -> findings.lock(other, LockMode.SHARE_ROW_EXCLUSIVE, what));
    }
    world.referencing(parent).forEach(each -> findings.lock(each.from(), pointing, what));
  }

  void attach(Table parent, Action.Attach attach) {
    String what = "ATTACH PARTITION";
    findings.floor(Grade.MEDIUM);
    findings.lock(parent, LockMode.SHARE_UPDATE_EXCLUSIVE, what);
    readDefault(parent, what);
    lockKeys(parent, what, LockMode.SHARE_ROW_EXCLUSIVE);
    Optional<Table> found = world.find(attach.partition());
    if (found.isEmpty()) {
      findings.unknown(what + " " + attach.partition() + ": the database has no such table");
      return;
    }
    Table partition = found.get();
    world.whole(partition).forEach(each -> findings.lock(each, LockMode.ACCESS_EXCLUSIVE, what));
    if (!isProved(partition, attach)) {
      String size = new Size(partition.bytes()).during(Size.Work.READ);
      findings.add(
          Code.SCAN,
          partition,
          "reads " + partition.label() + " to prove that its rows fit (" + size + ")",
          Optional.of("first add a CHECK of the same bounds NOT VALID, and validate it"));
    }
    for (Index index : parent.indexes()) {
      boolean there =
          partition.indexes().stream().anyMatch(own -> own.columns().equals(index.columns()));
      if (!there) {
        String size = new Size(partition.bytes()).during(Size.Work.BUILD);
        findings.add(
            Code.INDEX_BUILD,
            partition,
            "builds the index that " + index.name() + " needs on it (" + size + ")",
            Optional.of("first CREATE INDEX CONCURRENTLY on " + partition.label()));
      }
    }
    partition.parents().add(parent.id());
  }

  /** Whether a valid CHECK names every bound: then the server need not read the rows. */
  private static boolean isProved(Table partition, Action.Attach attach) {
    Set<String> bounds =
        LITERAL
            .matcher(attach.bound())
            .results()
            .map(MatchResult::group)
            .collect(Collectors.toSet());
    return !bounds.isEmpty()
        && partition.constraints().stream()
            .filter(each -> each.kind() == 'c' && each.validated())
            .anyMatch(each -> bounds.stream().allMatch(each.definition()::contains));
  }

  void detach(Table parent, Action.Detach detach) {
    String what = "DETACH PARTITION" + (detach.concurrently() ? " CONCURRENTLY" : "");
    findings.floor(Grade.HIGH);
    LockMode mode =
        detach.concurrently() ? LockMode.SHARE_UPDATE_EXCLUSIVE : LockMode.ACCESS_EXCLUSIVE;
    Optional<String> instead =
        detach.concurrently()
            ? Optional.empty()
            : Optional.of("DETACH PARTITION … CONCURRENTLY, outside a transaction");
    findings.lock(parent, mode, what, instead);
    world
        .defaultPartition(parent)
        .ifPresent(rest -> findings.lock(rest, LockMode.ACCESS_EXCLUSIVE, what));
    Optional<Table> found = world.find(detach.partition());
    if (found.isEmpty()) {
      findings.unknown(what + " " + detach.partition() + ": the database has no such table");
      return;
    }
    world.whole(found.get()).forEach(e -> findings.lock(e, LockMode.ACCESS_EXCLUSIVE, what));
    lockKeys(parent, what, LockMode.ACCESS_EXCLUSIVE);
    found.get().parents().remove(parent.id());
  }
}
