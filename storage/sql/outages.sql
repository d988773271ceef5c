-- name: outage_begin!
INSERT INTO outages (id, what, began_at) VALUES (:id, :what, :now)
ON CONFLICT (what) WHERE ended_at IS NULL DO NOTHING;

-- name: outage_end
UPDATE outages SET ended_at = CASE WHEN began_at > CAST(:now AS BIGINT) THEN began_at ELSE CAST(:now AS BIGINT) END
WHERE what = :what AND ended_at IS NULL
RETURNING began_at, ended_at;

-- name: outage_open
SELECT began_at FROM outages WHERE what = :what AND ended_at IS NULL;

-- name: outages_between
SELECT what, began_at, ended_at FROM outages
WHERE began_at < :until AND (ended_at IS NULL OR ended_at > :since) ORDER BY began_at, id;

-- name: beat!
INSERT INTO last_beat (id, at) VALUES (1, :now)
ON CONFLICT (id) DO UPDATE SET at = excluded.at WHERE last_beat.at < excluded.at;

-- name: beat_last
SELECT at FROM last_beat;

-- name: requests_unanswered
-- Whatever waits for a first answer, at all clinics; those marked overdue had their whole term.
SELECT id FROM requests
WHERE closed_at IS NULL AND status IN ('registered', 'next_day') AND answer_due > :since ORDER BY id;
