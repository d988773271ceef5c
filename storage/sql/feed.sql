-- name: feed_cards
-- The card and whatever was put down in its place since, the newest last; the unique index is walked.
SELECT status, provider_id, error_code, id FROM outbox
WHERE dedupe = :dedupe OR (dedupe >= :first AND dedupe < :beyond) ORDER BY id;

-- name: feed_card_lost
-- A message that was sent has no error of its own: this one can no longer be edited.
UPDATE outbox SET error_code = 'edit_lost'
WHERE channel = 'telegram' AND kind = 'card' AND request_id = :request_id AND address_key = :chat
  AND provider_id = :message AND status = 'sent' AND error_code IS NULL
RETURNING id;

-- name: feed_cards_left_behind!
UPDATE outbox SET status = 'dead', error_code = 'group_moved', leased_by = NULL, lease_until = NULL
WHERE channel = 'telegram' AND address_key = :chat AND status = 'waiting' AND kind IN ('card', 'card_edit');

-- name: feed_notices
-- One that is held until the morning counts from then; once it was tried, not_before is of the next attempt.
SELECT id, kind, status,
       CASE WHEN attempts = 0 AND not_before > created_at THEN not_before ELSE created_at END
FROM outbox
WHERE request_id = :request_id AND channel = 'telegram' AND kind LIKE 'notice.%' ORDER BY id;

-- name: feed_posted_between
-- Whatever was put down under a range of keys, oldest first; the unique index on them is walked.
SELECT address_key, status, provider_id FROM outbox WHERE dedupe >= :first AND dedupe < :beyond ORDER BY id;

-- name: sms_questions
-- What was asked by SMS of that phone, the newest first: about open appointments of the phone's registered owner,
-- and about visits made of whoever was asked there.
SELECT o.dedupe FROM outbox o JOIN requests r ON r.id = o.request_id
WHERE o.address_key = :address_key AND o.created_at >= :since
  AND o.channel = 'sms' AND o.channel <> 'telegram' AND o.dedupe >= 'asked:' AND o.dedupe < 'asked;'
  AND (
    EXISTS (SELECT 1 FROM visit_checks c WHERE c.request_id = r.id)
    OR (r.service = 'appointment' AND r.closed_at IS NULL AND EXISTS (
        SELECT 1 FROM people p WHERE p.id = r.caller_id AND p.phone_index = :phone_index
    ))
  )
ORDER BY o.id DESC;
