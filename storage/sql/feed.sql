-- name: feed_card
SELECT status, provider_id FROM outbox WHERE dedupe = :dedupe;

-- name: feed_notices
SELECT id, kind, status, created_at FROM outbox
WHERE request_id = :request_id AND channel = 'telegram' AND kind LIKE 'notice.%' ORDER BY id;

-- name: feed_posted_between
-- Whatever was put down under a range of keys, oldest first; the unique index on them is walked.
SELECT address_key, status, provider_id FROM outbox WHERE dedupe >= :first AND dedupe < :beyond ORDER BY id;

-- name: sms_questions
-- What was asked by SMS of the phone's owner about open appointments, the newest first.
SELECT o.dedupe FROM people p
JOIN requests r ON r.caller_id = p.id AND r.service = 'appointment' AND r.closed_at IS NULL
JOIN outbox o ON o.request_id = r.id
WHERE p.phone_index = :phone_index AND o.channel = 'sms' AND o.address_key = :address_key
  AND o.dedupe >= 'asked:' AND o.dedupe < 'asked;' AND o.created_at >= :since
ORDER BY o.id DESC;
