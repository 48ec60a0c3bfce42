-- One service, one open watch; and an append that is sent twice is written once.

-- Journals of before may hold several open watches of a service. The one whose rollback is under way stays, else the newest; the others end here.
WITH ranked AS (
  SELECT w.id,
    row_number() OVER newest AS place,
    first_value(w.release) OVER newest AS kept
  FROM ripcord_journal.watch w
  WHERE w.ended_at IS NULL
  WINDOW newest AS (
    PARTITION BY w.service
    ORDER BY EXISTS (SELECT FROM ripcord_journal.event e WHERE e.watch = w.id AND e.type = 'planned') DESC, w.id DESC)
), superfluous AS (
  SELECT id, kept, 'release ' || kept || ' took its place' AS text FROM ranked WHERE place > 1
), told AS (
  INSERT INTO ripcord_journal.event (watch, at, type, payload)
  SELECT s.id, now(), e.type, e.payload
  FROM superfluous s, LATERAL (VALUES
    (1, 'watch.superseded', jsonb_build_object('release', s.kept)),
    (2, 'finished', jsonb_build_object('outcome', 'SUPERSEDED', 'text', s.text))) AS e (place, type, payload)
  ORDER BY s.id, e.place
)
UPDATE ripcord_journal.watch w
SET ended_at = now(), outcome = 'superseded', text = s.text
FROM superfluous s WHERE s.id = w.id;

CREATE UNIQUE INDEX watch_one_open ON ripcord_journal.watch (service) WHERE ended_at IS NULL;

-- Which append wrote an event: made by the program, so that it may send the append again when the answer was lost. Events of before have none.
ALTER TABLE ripcord_journal.event ADD COLUMN append text, ADD COLUMN place integer;

CREATE UNIQUE INDEX event_append ON ripcord_journal.event (append, place) WHERE append IS NOT NULL;
