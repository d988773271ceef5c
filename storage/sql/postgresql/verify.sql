-- name: verify_integrity
-- The server checks its pages itself; what can be asked here is that no index is out of use.
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'invalid index' END FROM pg_index WHERE NOT indisvalid;

-- name: verify_foreign_keys
SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated;
