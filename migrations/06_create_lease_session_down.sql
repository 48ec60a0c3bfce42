ALTER TABLE ripcord_journal.lease DROP COLUMN session;
DROP TABLE ripcord_journal.lease_session;
