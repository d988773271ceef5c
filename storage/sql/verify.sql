-- name: verify_counts
SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM clinics), (SELECT count(*) FROM requests),
       (SELECT count(*) FROM consents), (SELECT count(*) FROM audit), (SELECT count(*) FROM inbox),
       (SELECT count(*) FROM outbox), (SELECT count(*) FROM attachments), (SELECT count(*) FROM papers);

-- name: verify_marks
SELECT r.id FROM requests r WHERE NOT EXISTS (SELECT 1 FROM request_marks m WHERE m.request_id = r.id) LIMIT 10;

-- name: verify_attachments
SELECT person_id FROM attachments GROUP BY person_id
HAVING sum(CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END) <> 1
UNION
SELECT a.person_id FROM attachments a WHERE a.ended_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM attachments b WHERE b.person_id = a.person_id AND b.began_at = a.ended_at
)
LIMIT 10;

-- name: verify_attached_counts
SELECT c.no FROM clinics c LEFT JOIN attached_counts k ON k.clinic_no = c.no
LEFT JOIN (SELECT clinic_no, count(*) AS people FROM attachments WHERE ended_at IS NULL GROUP BY clinic_no) a
       ON a.clinic_no = c.no
WHERE COALESCE(k.people, 0) <> COALESCE(a.people, 0) ORDER BY c.no;
