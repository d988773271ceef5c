-- name: one_claim_at_a_time
-- The one writer at a time already sees to it.
SELECT 1;
