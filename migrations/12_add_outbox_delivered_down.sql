SET LOCAL lock_timeout = '5s';
DROP INDEX ripcord_journal.outbox_delivered;
