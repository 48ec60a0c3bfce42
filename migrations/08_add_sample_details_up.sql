-- Figures that not every service has; null is "not measured". A column without a default is added without touching a row.
SET LOCAL lock_timeout = '5s';
ALTER TABLE ripcord_journal.sample
  ADD COLUMN slow                      double precision,
  ADD COLUMN highest                   double precision,
  ADD COLUMN database_connections      integer,
  ADD COLUMN database_connection_limit integer,
  ADD COLUMN database_lock_wait        double precision,
  ADD COLUMN database_transaction      double precision;
