SET LOCAL lock_timeout = '5s';
-- Whether an alert says what holds until it is taken back, to a channel that keeps it; and from when on it held no longer, null while it does.
ALTER TABLE ripcord_journal.outbox
  ADD COLUMN fires    boolean NOT NULL DEFAULT false,
  ADD COLUMN ended_at timestamptz;

CREATE INDEX outbox_firing ON ripcord_journal.outbox (channel, ended_at) WHERE fires;

-- What was said last of a service.
CREATE INDEX outbox_service ON ripcord_journal.outbox ((alert->>'service'), id);
