SET LOCAL lock_timeout = '5s';
DROP INDEX ripcord_journal.outbox_silenced;
ALTER TABLE ripcord_journal.outbox DROP COLUMN silenced_by;
DROP TABLE ripcord_journal.silence;
