-- name: feed_card
SELECT status, provider_id FROM outbox WHERE dedupe = :dedupe;

-- name: feed_notices
SELECT id, kind, status, created_at FROM outbox
WHERE request_id = :request_id AND channel = 'telegram' AND kind LIKE 'notice.%' ORDER BY id;
