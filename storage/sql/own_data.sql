-- name: own_consents
SELECT id, kind, purpose, outcome, asked_at, answered_at, valid_until, last_used_at FROM consents
WHERE subject_id = :person_id AND kind <> 'third_party' ORDER BY asked_at DESC, id DESC LIMIT :most;

-- name: own_consent_given
-- Whoever has their chat forgotten cuts its consents short.
SELECT id FROM consents WHERE id = :id AND subject_id = :person_id AND outcome = 'given'
  AND (valid_until IS NULL OR valid_until - answered_at >= :lasting);

-- name: own_consent_end
UPDATE consents SET outcome = 'withdrawn', withdrawn_at = :now
WHERE id = :id AND subject_id = :person_id AND kind <> 'third_party' AND outcome = 'given' RETURNING id;

-- name: own_looks
-- Looks of the staff at what is held about somebody: their record, their requests, documents and
-- complaints; and where and as what each of them worked then.
SELECT a.at, a.action,
       CASE WHEN a.subject LIKE 'request:%' THEN
                (SELECT r.number FROM requests r WHERE r.id = CAST(substr(a.subject, 9) AS BIGINT))
            WHEN a.subject LIKE 'document:%' THEN
                (SELECT d.number FROM document_requests d WHERE d.id = CAST(substr(a.subject, 10) AS BIGINT))
            WHEN a.subject LIKE 'complaint:%' THEN
                (SELECT c.number FROM complaints c WHERE c.id = CAST(substr(a.subject, 11) AS BIGINT))
            WHEN a.subject LIKE 'training_request:%' THEN
                (SELECT t.number FROM training_requests t WHERE t.id = CAST(substr(a.subject, 18) AS BIGINT))
       END,
       COALESCE(
           (SELECT s.clinic_no FROM staff s WHERE 'staff:' || s.telegram_id = a.actor
              AND s.since <= a.at AND (s.left_at IS NULL OR s.left_at >= a.at)
            ORDER BY s.since DESC, s.clinic_no, s.role LIMIT 1),
           (SELECT s.clinic_no FROM staff s WHERE 'staff:' || s.telegram_id = a.actor
            ORDER BY CASE WHEN s.left_at IS NULL THEN 0 ELSE 1 END, s.since DESC, s.clinic_no, s.role LIMIT 1)
       ),
       COALESCE(
           (SELECT s.role FROM staff s WHERE 'staff:' || s.telegram_id = a.actor
              AND s.since <= a.at AND (s.left_at IS NULL OR s.left_at >= a.at)
            ORDER BY s.since DESC, s.clinic_no, s.role LIMIT 1),
           (SELECT s.role FROM staff s WHERE 'staff:' || s.telegram_id = a.actor
            ORDER BY CASE WHEN s.left_at IS NULL THEN 0 ELSE 1 END, s.since DESC, s.clinic_no, s.role LIMIT 1)
       )
FROM audit a
WHERE (a.action LIKE '%.details_opened' OR a.action LIKE '%.looked_at') AND a.subject IN (
    SELECT 'request:' || r.id FROM requests r WHERE r.patient_id = :person_id
    UNION ALL SELECT 'request:' || r.id FROM requests r WHERE r.caller_id = :person_id
    UNION ALL SELECT 'document:' || d.id FROM document_requests d WHERE d.subject_id = :person_id
    UNION ALL SELECT 'complaint:' || c.id FROM complaints c WHERE c.person_id = :person_id
    UNION ALL SELECT 'training_request:' || t.id FROM training_requests t WHERE t.person_id = :person_id
    UNION ALL SELECT CAST(:person AS TEXT)
    UNION ALL SELECT CAST(:identity AS TEXT)
)
ORDER BY a.seq DESC LIMIT :most;
