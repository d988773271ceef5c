-- name: audit_next
UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, hash;

-- name: audit_add!
INSERT INTO audit (seq, at, actor, action, subject, digest, previous, hash)
VALUES (:seq, :at, :actor, :action, :subject, :digest, :previous, :hash);

-- name: audit_head_set!
UPDATE audit_head SET hash = :hash, seal = :seal WHERE id = 1;

-- name: audit_head
SELECT seq, hash, seal FROM audit_head WHERE id = 1;

-- name: audit_page
SELECT seq, at, actor, action, subject, digest, previous, hash FROM audit
WHERE seq > :after ORDER BY seq LIMIT :most;
