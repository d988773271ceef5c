-- name: anchor_add
-- The head as it stands; nothing where it has not moved since the last anchor, or where there is none.
INSERT INTO anchors (seq, hash, taken_at)
SELECT h.seq, h.hash, :now FROM audit_head h WHERE h.id = 1 AND h.hash IS NOT NULL
ON CONFLICT (seq) DO NOTHING RETURNING seq;

-- name: anchors_unstamped
SELECT seq, hash FROM anchors WHERE token IS NULL ORDER BY seq LIMIT :most;

-- name: anchor_stamp
UPDATE anchors SET token = :token, stamped_at = :now WHERE seq = :seq AND token IS NULL RETURNING seq;

-- name: anchors_page
SELECT seq, hash, taken_at, token FROM anchors WHERE seq > :after AND token IS NOT NULL ORDER BY seq LIMIT :most;

-- name: anchors_astray
-- What was stamped then is not what the chain says now.
SELECT n.seq FROM anchors n LEFT JOIN audit a ON a.seq = n.seq AND a.hash = n.hash
WHERE a.seq IS NULL ORDER BY n.seq LIMIT 100;
