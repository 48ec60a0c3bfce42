package dev.ripcord.migration.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rule of two persons: nobody approves what they wrote themselves.
 *
 * @param approver who approves
 * @param ranStage1 who applied stage 1 of the release; empty when it is not known
 */
public record Approval(String approver, List<String> ranStage1) {
  /** Copies the list. */
  public Approval {
    ranStage1 = List.copyOf(ranStage1);
  }

  /**
   * A migration and who wrote its files.
   *
   * @param authors names and mail addresses, as far as they are known from elsewhere than the
   *     header
   */
  public record Written(MigrationFile file, List<String> authors) {
    /** Copies the list. */
    public Written {
      authors = List.copyOf(authors);
    }

    private List<String> all() {
      return Stream.concat(file.header().author().stream(), authors.stream()).toList();
    }
  }

  /** Why the approval does not count; empty when it does. */
  public List<String> against(List<Written> migrations) {
    List<String> reasons = new ArrayList<>();
    for (Written each : migrations) {
      List<String> authors = each.all();
      if (authors.isEmpty() && ranStage1.isEmpty()) {
        reasons.add(
            each.file().label()
                + ": two-person is set and who wrote it is not known: it is in no git repository,"
                + " and no stage 1 of a release names anybody. Say it with \"-- author: NAME\" at"
                + " the top of "
                + each.file().up().name());
      }
      own(authors).ifPresent(name -> reasons.add(refused(each.file(), name + " wrote it")));
      own(ranStage1)
          .ifPresent(
              name -> reasons.add(refused(each.file(), name + " ran the release's stage 1")));
    }
    return reasons;
  }

  private String refused(MigrationFile file, String why) {
    return file.label()
        + ": "
        + why
        + ", and two-person is set: somebody else than "
        + approver
        + " must approve it";
  }

  private Optional<String> own(List<String> names) {
    return names.stream().filter(this::isApprover).findFirst();
  }

  /** The same name or address in any spelling, or the part of an address before its @. */
  private boolean isApprover(String name) {
    return plain(name).equals(plain(approver)) || before(name).equals(before(approver));
  }

  private static String plain(String name) {
    return name.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
  }

  private static String before(String name) {
    String plain = plain(name);
    int at = plain.indexOf('@');
    return at > 0 ? plain.substring(0, at) : plain;
  }
}
