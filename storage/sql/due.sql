-- name: due_set!
INSERT INTO due (id, kind, subject_id, due_at) VALUES (:id, :kind, :subject_id, :due_at)
ON CONFLICT (kind, subject_id) DO UPDATE SET due_at = excluded.due_at, done_at = NULL, tries = 0;

-- name: due_begin!
INSERT INTO due (id, kind, subject_id, due_at) VALUES (:id, :kind, :subject_id, :due_at)
ON CONFLICT (kind, subject_id) DO NOTHING;

-- name: due_clear!
DELETE FROM due WHERE subject_id = :subject_id AND done_at IS NULL AND kind = COALESCE(CAST(:kind AS TEXT), kind);

-- name: due_ripe
SELECT id, kind, subject_id, due_at, tries FROM due
WHERE done_at IS NULL AND due_at <= :now ORDER BY due_at, id LIMIT :most;

-- name: due_take
UPDATE due SET done_at = :now, tries = tries + 1 WHERE id = :id AND done_at IS NULL AND due_at <= :now RETURNING id;

-- name: due_retry
UPDATE due SET due_at = :retry_at, tries = tries + 1 WHERE id = :id AND done_at IS NULL RETURNING id;

-- name: due_next
SELECT min(due_at) FROM due WHERE done_at IS NULL;
