-- name: feed_token_add!
INSERT INTO feed_tokens (token_hash, clinic_no, made_at) VALUES (:token_hash, :clinic_no, :now);

-- name: feed_token_good
SELECT clinic_no FROM feed_tokens
WHERE token_hash = :token_hash AND clinic_no = :clinic_no AND revoked_at IS NULL;

-- name: feed_tokens_revoke
UPDATE feed_tokens SET revoked_at = :now WHERE clinic_no = :clinic_no AND revoked_at IS NULL RETURNING token_hash;

-- name: feed_events
-- The steps of requests, the newest first: what is only noted beside them is left out, and why one was closed.
SELECT j.id, j.at, j.request_id, j.mark, r.number, r.service, m.status,
       CASE WHEN m.note_code IN ('undone', 'restored', 'reopened', 'moved') THEN m.note_code END, j.visit_day
FROM journal j
JOIN request_marks m ON m.request_id = j.request_id AND m.seq = j.mark
JOIN requests r ON r.id = j.request_id
WHERE j.clinic_no = :clinic_no AND j.register <> 'contacts' AND j.id < :before
  AND (m.note_code IS NULL OR m.note_code IN ('undone', 'restored', 'reopened', 'moved') OR m.status = 'closed')
ORDER BY j.id DESC LIMIT :most;
