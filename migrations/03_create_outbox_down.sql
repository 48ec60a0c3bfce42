DROP TABLE ripcord_journal.outbox;
