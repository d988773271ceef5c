-- name: escalation_add
INSERT INTO escalations (request_id, round, at, promised)
SELECT CAST(:request_id AS BIGINT), COALESCE(max(e.round), 0) + 1, CAST(:now AS BIGINT), CAST(:promised AS BIGINT)
FROM escalations e WHERE e.request_id = :request_id
RETURNING round;

-- name: escalations_of
SELECT round, at, promised FROM escalations WHERE request_id = :request_id ORDER BY round;
