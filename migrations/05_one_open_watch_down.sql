DROP INDEX ripcord_journal.event_append;
ALTER TABLE ripcord_journal.event DROP COLUMN place, DROP COLUMN append;
DROP INDEX ripcord_journal.watch_one_open;
