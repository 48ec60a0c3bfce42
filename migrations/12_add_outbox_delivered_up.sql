SET LOCAL lock_timeout = '5s';
-- What a channel was told of late, to see that it is being flooded.
CREATE INDEX outbox_delivered ON ripcord_journal.outbox (channel, delivered_at) WHERE delivered_at IS NOT NULL;
