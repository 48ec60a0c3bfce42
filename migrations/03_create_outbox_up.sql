-- Alerts that are written down and not delivered yet, and those that were: the key keeps one happening from being told twice.
CREATE TABLE ripcord_journal.outbox (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key          text        NOT NULL,
  channel      text        NOT NULL,
  alert        jsonb       NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  due_at       timestamptz NOT NULL,
  attempts     integer     NOT NULL DEFAULT 0,
  delivered_at timestamptz,
  gave_up_at   timestamptz,
  last_error   text,
  CONSTRAINT outbox_key_channel UNIQUE (key, channel)
);

-- What is still to be delivered; almost always empty.
CREATE INDEX outbox_open ON ripcord_journal.outbox (due_at) WHERE delivered_at IS NULL AND gave_up_at IS NULL;
