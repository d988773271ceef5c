-- name: one_claim_at_a_time
-- Two claims that skipped each other's rows could take two messages of one address in parallel.
SELECT pg_advisory_xact_lock(:which);
