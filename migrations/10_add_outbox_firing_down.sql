SET LOCAL lock_timeout = '5s';
DROP INDEX ripcord_journal.outbox_service;
DROP INDEX ripcord_journal.outbox_firing;
ALTER TABLE ripcord_journal.outbox
  DROP COLUMN ended_at,
  DROP COLUMN fires;
