SET LOCAL lock_timeout = '5s';
ALTER TABLE ripcord_journal.sample
  DROP COLUMN database_transaction,
  DROP COLUMN database_lock_wait,
  DROP COLUMN database_connection_limit,
  DROP COLUMN database_connections,
  DROP COLUMN highest,
  DROP COLUMN slow;
