DROP TABLE ripcord_journal.sample;
