ALTER TABLE ripcord_journal.lease DROP COLUMN wanted;
ALTER TABLE ripcord_journal.lease DROP COLUMN given_back;
DROP TABLE ripcord_journal.daemon;
