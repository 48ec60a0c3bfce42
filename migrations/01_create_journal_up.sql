-- Ripcord's memory: what it was told to watch, everything that happened, and who may act.
-- The schema ripcord_journal is made before: the history of these files is kept in it too.

-- One row for each watched release. The charter is what it was to do; the end is written once.
CREATE TABLE ripcord_journal.watch (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  service        text        NOT NULL,
  release        text        NOT NULL,
  image          text,
  previous_image text,
  charter        jsonb       NOT NULL,
  started_at     timestamptz NOT NULL,
  ended_at       timestamptz,
  outcome        text,
  text           text,
  CONSTRAINT watch_ends_with_an_outcome CHECK ((ended_at IS NULL) = (outcome IS NULL))
);

-- The last watches of a service, and of one of its releases.
CREATE INDEX watch_service ON ripcord_journal.watch (service, id DESC);

-- What a new process has to take up again; almost always empty.
CREATE INDEX watch_unfinished ON ripcord_journal.watch (id) WHERE ended_at IS NULL;

-- One row for each thing that happened. The state of a watch is the fold of its events.
CREATE TABLE ripcord_journal.event (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  watch   bigint      NOT NULL REFERENCES ripcord_journal.watch (id),
  at      timestamptz NOT NULL,
  type    text        NOT NULL,
  payload jsonb       NOT NULL
);

CREATE INDEX event_watch ON ripcord_journal.event (watch, id);

CREATE FUNCTION ripcord_journal.only_grows() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% only grows: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP;
END
$$;

CREATE TRIGGER event_only_grows
  BEFORE UPDATE OR DELETE OR TRUNCATE ON ripcord_journal.event
  FOR EACH STATEMENT EXECUTE FUNCTION ripcord_journal.only_grows();

-- Who may act for a service. The token grows with each holder; a smaller one is refused.
CREATE TABLE ripcord_journal.lease (
  service  text        PRIMARY KEY,
  token    bigint      NOT NULL,
  holder   text        NOT NULL,
  taken_at timestamptz NOT NULL
);
