-- What people ask of a watch, wherever it runs: whoever holds the lease of its service takes it up and answers. Kept, since it says who wanted what.
CREATE TABLE ripcord_journal.ask (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key          text        NOT NULL CONSTRAINT ask_key UNIQUE,
  watch        bigint      NOT NULL REFERENCES ripcord_journal.watch (id),
  wish         text        NOT NULL,
  asked_by     text        NOT NULL,
  pause_micros bigint      NOT NULL,
  asked_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  answered_at  timestamptz,
  accepted     boolean,
  answer       text,
  CONSTRAINT ask_is_answered_as_a_whole CHECK (num_nulls(answered_at, accepted, answer) IN (0, 3))
);

-- What waits for an answer; almost always empty.
CREATE INDEX ask_open ON ripcord_journal.ask (id) WHERE answered_at IS NULL;
