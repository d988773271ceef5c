-- name: inbox_add
-- Leased at once unless an earlier row of the address waits for somebody else: order per address is kept.
INSERT INTO inbox (id, channel, external_id, address_key, body, received_at, leased_by, lease_until, attempts)
VALUES (
    :id, :channel, :external_id, :address_key, :body, :received_at,
    CASE WHEN EXISTS (
        SELECT 1 FROM inbox e
        WHERE e.done_at IS NULL AND e.channel = :channel AND e.address_key = :address_key
          AND (e.leased_by IS NULL OR e.leased_by <> :worker OR e.lease_until < :received_at)
    ) THEN NULL ELSE CAST(:worker AS BIGINT) END,
    :lease_until, 1
)
ON CONFLICT (channel, external_id) DO NOTHING
RETURNING id, leased_by;

-- name: inbox_claim
-- Oldest first, so an unleased earlier row of an address is in the claim whenever a later one is.
UPDATE inbox SET leased_by = :worker, lease_until = :lease_until, attempts = attempts + 1
WHERE done_at IS NULL AND (leased_by IS NULL OR lease_until < :now) AND id IN (
    SELECT i.id FROM inbox i
    WHERE i.done_at IS NULL AND (i.leased_by IS NULL OR i.lease_until < :now)
      AND NOT EXISTS (
          SELECT 1 FROM inbox e
          WHERE e.done_at IS NULL AND e.channel = i.channel AND e.address_key = i.address_key
            AND e.id < i.id AND e.leased_by IS NOT NULL AND e.lease_until >= :now
      )
    ORDER BY i.id LIMIT :most
)
RETURNING id, channel, external_id, address_key, body, received_at, attempts;

-- name: inbox_finish
UPDATE inbox SET done_at = :now, outcome = :outcome, leased_by = NULL, lease_until = NULL
WHERE id = :id AND done_at IS NULL
RETURNING id;

-- name: inbox_release
UPDATE inbox SET leased_by = NULL, lease_until = NULL
WHERE leased_by = :worker AND done_at IS NULL
RETURNING id;

-- name: inbox_outcome
SELECT outcome FROM inbox WHERE id = :id;

-- name: inbox_wrong_replies
SELECT count(*) FROM inbox
WHERE address_key = :address_key AND received_at >= :since AND outcome = 'wrong_reply' AND channel = 'sms';

-- name: inbox_waiting
SELECT count(*), min(received_at) FROM inbox WHERE done_at IS NULL;

-- name: inbox_last_id
SELECT external_id FROM inbox
WHERE channel = :channel AND external_id >= :first AND external_id < :behind ORDER BY external_id DESC LIMIT 1;

-- name: inbox_ids_between
SELECT external_id FROM inbox
WHERE channel = :channel AND external_id >= :first AND external_id < :behind ORDER BY external_id;
