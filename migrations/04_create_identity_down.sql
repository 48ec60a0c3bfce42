DROP TABLE ripcord_journal.identity;
