-- name: verify_counts
SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM clinics), (SELECT count(*) FROM requests),
       (SELECT count(*) FROM consents), (SELECT count(*) FROM audit), (SELECT count(*) FROM inbox),
       (SELECT count(*) FROM outbox);

-- name: verify_marks
SELECT r.id FROM requests r WHERE NOT EXISTS (SELECT 1 FROM request_marks m WHERE m.request_id = r.id) LIMIT 10;
