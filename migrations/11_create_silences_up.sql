SET LOCAL lock_timeout = '5s';
-- Whose alerts are not sent for a while, why, until when, and who asked for it. Kept, since it says who wanted what.
CREATE TABLE ripcord_journal.silence (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  services text        NOT NULL,
  kind     text,
  asked_by text        NOT NULL,
  reason   text        NOT NULL,
  asked_at timestamptz NOT NULL,
  until_at timestamptz NOT NULL,
  ended_at timestamptz,
  ended_by text,
  CONSTRAINT silence_has_an_end CHECK (until_at > asked_at),
  CONSTRAINT silence_is_ended_by_somebody CHECK (num_nulls(ended_at, ended_by) IN (0, 2))
);

-- Those that may hold; almost always empty.
CREATE INDEX silence_open ON ripcord_journal.silence (until_at) WHERE ended_at IS NULL;

-- The silence that keeps an alert from being sent, or has kept it.
ALTER TABLE ripcord_journal.outbox ADD COLUMN silenced_by bigint REFERENCES ripcord_journal.silence (id);

CREATE INDEX outbox_silenced ON ripcord_journal.outbox (silenced_by) WHERE silenced_by IS NOT NULL;
