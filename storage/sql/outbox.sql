-- name: outbox_put
-- Leased at once unless it is for later, or an earlier parcel of the address waits with somebody else. A code
-- waits for nothing, and nothing for it.
-- To a phone that said stop only a code goes, and what tells that it was stopped.
INSERT INTO outbox (id, channel, address_key, address, kind, body, dedupe, request_id, challenge_id, created_at,
                    not_before, due_at, expires_at, leased_by, lease_until, status)
VALUES (
    :id, :channel, :address_key, :address, :kind,
    -- A code of a consent that is not sent is not kept: no such row is there yet, so its body is NULL.
    CASE WHEN :channel = 'sms' AND :kind = 'consent' AND EXISTS (
        SELECT 1 FROM sms_stopped p WHERE p.phone_key = :address_key
    ) THEN (SELECT o.body FROM outbox o WHERE o.id = :id) ELSE :body END,
    :dedupe, :request_id, :challenge_id, :now,
    :not_before, :not_before, :expires_at,
    CASE WHEN CAST(:not_before AS BIGINT) > CAST(:now AS BIGINT) OR (:kind <> 'code' AND EXISTS (
        SELECT 1 FROM outbox e
        WHERE e.status = 'waiting' AND e.channel = :channel AND e.address_key = :address_key
          AND e.kind <> 'code' AND e.not_before <= :now
          AND (e.leased_by IS NULL OR e.leased_by <> :worker OR e.lease_until < :now)
    )) OR (:channel = 'sms' AND :kind NOT IN ('code', 'stop') AND EXISTS (
        SELECT 1 FROM sms_stopped p WHERE p.phone_key = :address_key
    )) THEN NULL ELSE CAST(:worker AS BIGINT) END,
    :lease_until,
    CASE WHEN :channel = 'sms' AND :kind NOT IN ('code', 'stop') AND EXISTS (
        SELECT 1 FROM sms_stopped p WHERE p.phone_key = :address_key
    ) THEN 'cancelled' ELSE 'waiting' END
)
ON CONFLICT (dedupe) DO NOTHING
RETURNING id, leased_by;

-- name: outbox_claim
-- A parcel waits while an earlier one of its address is held, or has failed and is to be tried again; a code
-- does not, and nothing waits for one.
UPDATE outbox SET leased_by = :worker, lease_until = :lease_until
WHERE status = 'waiting' AND (leased_by IS NULL OR lease_until < :now) AND id IN (
    SELECT o.id FROM outbox o
    WHERE o.status = 'waiting' AND o.not_before <= :now AND (o.leased_by IS NULL OR o.lease_until < :now)
      AND (o.expires_at IS NULL OR o.expires_at > :now)
      AND (o.kind = 'code' OR NOT EXISTS (
          SELECT 1 FROM outbox e
          WHERE e.status = 'waiting' AND e.channel = o.channel AND e.address_key = o.address_key AND e.id < o.id
            AND e.kind <> 'code'
            AND (e.expires_at IS NULL OR e.expires_at > :now)
            AND ((e.leased_by IS NOT NULL AND e.lease_until >= :now)
                 OR (e.attempts > 0 AND e.not_before > :now))
      ))
    ORDER BY o.id LIMIT :most
)
RETURNING id, channel, address_key, address, kind, body, request_id, challenge_id, expires_at, attempts,
          COALESCE(due_at, created_at);

-- name: outbox_sent
-- What was cancelled on its way has left all the same: it is written down as what it is, and was paid for.
UPDATE outbox SET status = 'sent', provider_id = :provider_id, sent_at = :now, leased_by = NULL,
       lease_until = NULL, error_code = NULL, body = CASE WHEN kind IN ('code', 'consent', 'staff_document') THEN NULL ELSE body END
WHERE id = :id AND status IN ('waiting', 'cancelled')
RETURNING id;

-- name: outbox_failed
UPDATE outbox SET attempts = attempts + 1, error_code = :error_code, not_before = :retry_at, leased_by = NULL,
       lease_until = NULL
WHERE id = :id AND status = 'waiting'
RETURNING id;

-- name: outbox_dead
UPDATE outbox SET status = 'dead', attempts = attempts + 1, error_code = :error_code, leased_by = NULL,
       lease_until = NULL, body = CASE WHEN kind IN ('code', 'consent', 'staff_document') THEN NULL ELSE body END
WHERE id = :id AND status = 'waiting'
RETURNING id;

-- name: outbox_expire
UPDATE outbox SET status = 'expired', leased_by = NULL, lease_until = NULL,
       body = CASE WHEN kind IN ('code', 'consent', 'staff_document') THEN NULL ELSE body END
WHERE status = 'waiting' AND expires_at IS NOT NULL AND expires_at <= :now
RETURNING id;

-- name: outbox_cancel_for_challenge!
UPDATE outbox SET status = 'cancelled', leased_by = NULL, lease_until = NULL, body = NULL
WHERE challenge_id = :challenge_id AND status = 'waiting';

-- name: outbox_cancel_of_leaver!
-- What they are told of their own requests as citizens, of another clinic's or of none, still goes.
UPDATE outbox SET status = 'cancelled', leased_by = NULL, lease_until = NULL, body = NULL
WHERE channel = 'telegram' AND address_key = :address_key AND status = 'waiting'
  AND kind IN ('staff_line', 'staff_details', 'staff_document')
  AND (request_id IN (SELECT id FROM requests WHERE clinic_no = :clinic_no)
       OR dedupe IN (SELECT 'document:' || id FROM document_requests
                     WHERE staff_id = CAST(:telegram_id AS BIGINT) AND clinic_no = :clinic_no));

-- name: outbox_still_due
SELECT id FROM outbox
WHERE id = :id AND status = 'waiting' AND (expires_at IS NULL OR expires_at > :now);

-- name: outbox_delivery
UPDATE outbox SET status = :status, error_code = :error_code
WHERE provider_id = :provider_id AND status = 'sent'
RETURNING id, request_id, challenge_id;

-- name: outbox_put_off!
-- No failed attempt: what comes after it to the same address does not wait for it.
UPDATE outbox SET not_before = :until, due_at = :until, leased_by = NULL, lease_until = NULL
WHERE id = :id AND status = 'waiting';

-- name: outbox_release
UPDATE outbox SET leased_by = NULL, lease_until = NULL WHERE leased_by = :worker AND status = 'waiting'
RETURNING id;

-- name: outbox_counts
SELECT channel, status, count(*) FROM outbox WHERE created_at >= :since GROUP BY channel, status;

-- name: outbox_waiting
SELECT count(*), min(not_before) FROM outbox WHERE status = 'waiting' AND not_before <= :now;

-- name: outbox_sms_spent
SELECT count(*) FROM outbox WHERE channel = 'sms' AND sent_at >= :since AND sent_at < :until;

-- name: outbox_held_by
SELECT gateway, handed_at FROM outbox WHERE id = :id;

-- name: outbox_hand_to!
-- handed_at is of the first time that this gateway got it.
UPDATE outbox SET gateway = CAST(:gateway AS TEXT),
       handed_at = CASE WHEN gateway = CAST(:gateway AS TEXT) THEN handed_at ELSE CAST(:now AS BIGINT) END
WHERE id = :id AND status = 'waiting';

-- name: outbox_unarrived
-- A page of a conversation has had its time: what is answered is read against the one shown last.
SELECT id, kind, body, address, request_id, expires_at, dedupe, sent_at FROM outbox
WHERE id = :id AND status = 'undelivered' AND channel = 'sms' AND kind NOT IN ('code', 'talk') AND body IS NOT NULL;

-- name: outbox_sent_at
SELECT sent_at FROM outbox WHERE id = :id;
