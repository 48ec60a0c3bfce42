DROP TABLE ripcord_journal.ask;
