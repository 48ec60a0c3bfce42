-- The sessions that hold leases. Each renews its row every 2 s by this database's clock; one that has not for 8 s is marked as expired and ended by who waits for its leases.
CREATE TABLE ripcord_journal.lease_session (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  pid           integer     NOT NULL,
  backend_start timestamptz NOT NULL,
  renewed_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  expired_at    timestamptz
) WITH (fillfactor = 50);

-- Null where a program took the lease that does not renew: its lease lasts as long as its session.
ALTER TABLE ripcord_journal.lease ADD COLUMN session bigint;
