-- The daemons that share the services of this journal, each by the session that holds its leases. One whose session has ended, or is not renewed, does not count.
CREATE TABLE ripcord_journal.daemon (
  session  bigint PRIMARY KEY REFERENCES ripcord_journal.lease_session (id) ON DELETE CASCADE,
  holder   text   NOT NULL,
  services text[] NOT NULL
);

-- Why the last holder gave a lease back: null while it is held, and where the holder is gone without a word.
ALTER TABLE ripcord_journal.lease ADD COLUMN given_back text;

-- The session of a daemon that asks its holder for a lease, since a release was announced there.
ALTER TABLE ripcord_journal.lease ADD COLUMN wanted bigint;
