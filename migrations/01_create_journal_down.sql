DROP TABLE ripcord_journal.lease;
DROP TABLE ripcord_journal.event;
DROP FUNCTION ripcord_journal.only_grows();
DROP TABLE ripcord_journal.watch;
