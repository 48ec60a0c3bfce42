-- What each poll measured; null is "not measured". Kept for the retention only.
CREATE TABLE ripcord_journal.sample (
  at               timestamptz NOT NULL,
  window_micros    bigint      NOT NULL,
  requests         bigint,
  errors           bigint,
  p50              double precision,
  p95              double precision,
  p99              double precision,
  cpu              double precision,
  memory           double precision,
  database_latency double precision,
  status           integer,
  probed           boolean     NOT NULL,
  database_up      boolean,
  service          text        NOT NULL,
  release          text        NOT NULL,
  verdict          text        NOT NULL,
  liveness         text        NOT NULL,
  reasons          jsonb
);

-- The newest of a service, and what it measured before a release.
CREATE INDEX sample_service_at ON ripcord_journal.sample (service, at DESC);

-- What is past the retention. Rows come in the order of time, so that this index only grows at its right edge, which is cheap.
CREATE INDEX sample_at ON ripcord_journal.sample (at);
