package dev.ripcord.config.file;

import dev.ripcord.config.DatabaseUrl;
import dev.ripcord.config.MigrationEnvironment;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.MigrationSettings.Backup;
import dev.ripcord.config.MigrationSettings.Locks;
import dev.ripcord.config.MigrationSettings.Losses;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.migration.Tool;
import dev.ripcord.release.Secret;
import dev.ripcord.release.ServiceName;
import java.util.List;
import java.util.Optional;

/**
 * Reads one service.
 *
 * @param top the file's own section, which services inherit from
 * @param common what it says for all of them
 * @param database the environment's database, for migrations that name none
 * @param problems takes what is wrong
 */
record ServiceReader(
    Section top, InheritedSettings common, MigrationEnvironment database, Problems problems) {

  /** The service as far as it can be read; what cannot be is a problem. */
  Optional<ServiceSettings> read(String name, Section section) {
    InheritedSettings read = InheritedSettings.read(section, common);
    InheritedSettings own = isTimeoutGiven(section) ? read : read.withTimeoutInside();
    Optional<MigrationSettings> migrations =
        section.section(ServiceKeys.MIGRATIONS).map(this::migrations);
    SourceSettings source = source(section, migrations);
    Optional<PlatformSettings> platform =
        section.section(ServiceKeys.PLATFORM).flatMap(PlatformReader::read);
    CrossChecks checks = new CrossChecks(section, top, problems);
    checks.check(own);
    source
        .prometheus()
        .ifPresent(server -> checks.windows(server.queries(), own.schedule().interval()));
    if (!ServiceName.isValid(name)) {
      section.problem(
          "is not a service name: 1 to 63 letters, digits, '.', '-', '_', beginning with a letter"
              + " or digit");
      return Optional.empty();
    }
    return Optional.of(
        new ServiceSettings(
            new ServiceName(name),
            section.at().line(),
            source,
            own.rules(),
            own.schedule(),
            own.rollback(),
            migrations,
            platform));
  }

  private boolean isTimeoutGiven(Section section) {
    return section.at(SharedKeys.TIMEOUT).isPresent() || top.at(SharedKeys.TIMEOUT).isPresent();
  }

  private SourceSettings source(Section section, Optional<MigrationSettings> migrations) {
    Optional<Secret> database = section.secret(ServiceKeys.SERVICE_DATABASE);
    warnOfTls(section.path(ServiceKeys.SERVICE_DATABASE), database);
    return SourceKeys.read(
        section, problems, database.or(() -> migrations.flatMap(MigrationSettings::database)));
  }

  private MigrationSettings migrations(Section section) {
    Optional<Secret> given = section.secret(ServiceKeys.MIGRATIONS_DATABASE);
    warnOfTls(section.path(ServiceKeys.MIGRATIONS_DATABASE), given);
    if (given.isEmpty() && !section.hasSecret(ServiceKeys.MIGRATIONS_DATABASE)) {
      given = database.database();
      problems.addAll(database.problems());
      if (given.isEmpty() && database.problems().isEmpty()) {
        problems.warn(section.path(), "has no database, and neither has the environment");
      }
    }
    Tool tool = section.value(ServiceKeys.TOOL, Tool.NATIVE);
    List<String> down = section.command(ServiceKeys.DOWN);
    if (tool == Tool.NATIVE && section.has(ServiceKeys.DOWN)) {
      section.problem("has a down command, which is for another tool: name it with tool");
    }
    return new MigrationSettings(
        section.resolved(section.value(ServiceKeys.DIR)),
        given,
        section.value(ServiceKeys.APPLICATION),
        section.value(ServiceKeys.BACKUP, Backup.AUTO),
        section.value(ServiceKeys.BACKUP_OF, ServiceKeys.BACKUP_OF.standard()),
        section.value(ServiceKeys.TWO_PERSON, ServiceKeys.TWO_PERSON.standard()),
        tool,
        down,
        PolicyKeys.read(section.section(PolicyKeys.POLICY)),
        section.value(ServiceKeys.SHADOW, ServiceKeys.SHADOW.standard()),
        losses(section.section(ServiceKeys.LOSSES)),
        locks(section.section(ServiceKeys.LOCK)),
        value(section.section(ServiceKeys.STAGE2), ServiceKeys.GRACE));
  }

  /** The usual value where the section, or the key in it, is left out. */
  private static <T> T value(Optional<Section> section, Key.Value<T> key) {
    return section.flatMap(each -> each.value(key)).orElseGet(key::standard);
  }

  private static Locks locks(Optional<Section> section) {
    return new Locks(
        value(section, ServiceKeys.LOCK_TIMEOUT),
        value(section, ServiceKeys.LOCK_RETRY),
        value(section, ServiceKeys.LOCK_BLOCKERS));
  }

  private static Losses losses(Optional<Section> section) {
    return new Losses(
        value(section, ServiceKeys.LOSS_ACT),
        value(section, ServiceKeys.LOSS_SIZE),
        value(section, ServiceKeys.LOSS_TIME));
  }

  private void warnOfTls(String path, Optional<Secret> database) {
    database
        .flatMap(url -> DatabaseUrl.parse(url.reveal()).warning())
        .ifPresent(warning -> problems.warn(path, warning));
  }
}
