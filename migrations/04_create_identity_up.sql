-- Which journal this is. Tokens and idempotency keys of two journals have nothing to do with each other, so both carry this id.
CREATE TABLE ripcord_journal.identity (
  id        uuid    NOT NULL DEFAULT gen_random_uuid(),
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton)
);

INSERT INTO ripcord_journal.identity DEFAULT VALUES;
