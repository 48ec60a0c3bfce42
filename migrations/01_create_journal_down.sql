DROP TABLE ripcord_journal.lease;
DROP TABLE ripcord_journal.event;
DROP FUNCTION ripcord_journal.refuse_change();
DROP TABLE ripcord_journal.watch;
DROP SCHEMA ripcord_journal;
