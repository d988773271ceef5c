-- name: complaint_office_add!
INSERT INTO complaint_office (complaint_id, forward_due) VALUES (:complaint_id, :forward_due)
ON CONFLICT (complaint_id) DO NOTHING;

-- name: complaint_office
SELECT level, forward_due, forwarded_at, forwarded_on, answer_due, overdue_at, asked_after, words, official,
       decided_on, delivered_on, delivery
FROM complaint_office WHERE complaint_id = :complaint_id;

-- name: complaint_offices_of_person
SELECT o.complaint_id, o.level, o.forward_due, o.forwarded_at, o.forwarded_on, o.answer_due, o.overdue_at,
       o.asked_after, o.words, o.official, o.decided_on, o.delivered_on, o.delivery
FROM complaint_office o WHERE o.complaint_id IN (SELECT c.id FROM complaints c WHERE c.person_id = :person_id);

-- name: complaint_bodies_of_person
SELECT b.complaint_id, b.body, b.number, b.registered_on FROM complaint_bodies b
WHERE b.complaint_id IN (SELECT c.id FROM complaints c WHERE c.person_id = :person_id)
ORDER BY b.complaint_id, b.body;

-- name: complaint_offices_of_clinic
-- Every complaint in which the office still has something to do, and those that are over since a while.
SELECT c.id FROM complaints c JOIN complaint_office o ON o.complaint_id = c.id
WHERE c.clinic_no = :clinic_no AND (c.closed_at IS NULL OR o.delivered_on IS NULL OR c.closed_at >= :since)
ORDER BY CASE WHEN o.delivered_on IS NULL THEN 0 ELSE 1 END, c.id LIMIT :most;

-- name: complaint_forward
UPDATE complaint_office SET forwarded_at = :now, forwarded_on = :day, level = 0
WHERE complaint_id = :complaint_id AND forwarded_at IS NULL RETURNING complaint_id;

-- name: complaint_body_set!
INSERT INTO complaint_bodies (complaint_id, body, number, registered_on, entered_at, entered_by)
VALUES (:complaint_id, :body, :number, :registered_on, :now, :actor)
ON CONFLICT (complaint_id, body) DO UPDATE
SET number = excluded.number, registered_on = excluded.registered_on, entered_at = excluded.entered_at,
    entered_by = excluded.entered_by;

-- name: complaint_bodies
SELECT body, number, registered_on FROM complaint_bodies WHERE complaint_id = :complaint_id ORDER BY body;

-- name: complaint_answer_due!
UPDATE complaint_office SET answer_due = :day WHERE complaint_id = :complaint_id;

-- name: complaint_asked_after
UPDATE complaint_office SET asked_after = asked_after + 1
WHERE complaint_id = :complaint_id RETURNING asked_after;

-- name: complaint_overdue
UPDATE complaint_office SET overdue_at = :now
WHERE complaint_id = :complaint_id AND overdue_at IS NULL RETURNING complaint_id;

-- name: complaint_not_overdue!
UPDATE complaint_office SET overdue_at = NULL WHERE complaint_id = :complaint_id;

-- name: complaint_level!
UPDATE complaint_office SET level = :level WHERE complaint_id = :complaint_id AND level < :level;

-- name: complaint_decide
UPDATE complaint_office SET words = :words, official = :official, decided_on = :day
WHERE complaint_id = :complaint_id AND decided_on IS NULL RETURNING complaint_id;

-- name: complaint_deliver
UPDATE complaint_office SET delivered_on = :day, delivery = :delivery
WHERE complaint_id = :complaint_id AND decided_on IS NOT NULL AND delivered_on IS NULL RETURNING complaint_id;

-- name: complaint_name!
INSERT INTO complaint_named (complaint_id, telegram_id) VALUES (:complaint_id, :telegram_id)
ON CONFLICT (complaint_id, telegram_id) DO NOTHING;

-- name: complaint_named
SELECT telegram_id FROM complaint_named WHERE complaint_id = :complaint_id ORDER BY telegram_id;

-- name: complaint_actors_of_request
-- Everybody of the staff who did something about the request: answered it, had it, asked, noted, took it in.
SELECT m.actor FROM request_marks m WHERE m.request_id = :matter_id AND m.actor LIKE 'staff:%'
UNION SELECT 'staff:' || w.telegram_id FROM work_assignments w WHERE w.request_id = :matter_id
UNION SELECT a.actor FROM audit a
    WHERE a.subject = 'request:' || CAST(CAST(:matter_id AS BIGINT) AS TEXT) AND a.action LIKE 'work.%'
        AND a.actor LIKE 'staff:%'
UNION SELECT 'staff:' || q.asked_by FROM work_questions q WHERE q.request_id = :matter_id
UNION SELECT 'staff:' || n.noted_by FROM work_notes n WHERE n.request_id = :matter_id
UNION SELECT 'staff:' || d.staff_id FROM desk_cases d JOIN requests r ON r.desk_case = d.id WHERE r.id = :matter_id;

-- name: complaint_actors_of_centre
SELECT DISTINCT actor FROM centre_marks WHERE request_id = :matter_id AND actor LIKE 'staff:%';

-- name: complaint_actors_of_training
SELECT DISTINCT actor FROM training_marks WHERE request_id = :matter_id AND actor LIKE 'staff:%';

-- name: complaint_doctors
SELECT doctor_no FROM requests WHERE id = :matter_id AND doctor_no IS NOT NULL
UNION SELECT doctor_no FROM slots WHERE request_id = :matter_id
UNION SELECT doctor_no FROM journal WHERE request_id = :matter_id AND doctor_no IS NOT NULL;

-- name: complaint_office_empty_erased!
UPDATE complaint_office SET words = NULL, delivery = NULL WHERE complaint_id = :id AND EXISTS (
    SELECT 1 FROM complaints c JOIN people p ON p.id = c.person_id
    WHERE c.id = complaint_office.complaint_id AND p.card IS NULL
);

-- name: erase_complaint_office!
-- An answer that has not left yet still has to be sent.
UPDATE complaint_office SET words = NULL, delivery = NULL WHERE delivered_on IS NOT NULL AND complaint_id IN (
    SELECT id FROM complaints WHERE person_id = :person_id AND closed_at IS NOT NULL
);

-- name: prune_complaint_office
UPDATE complaint_office SET words = NULL, official = NULL, delivery = NULL
WHERE official IS NOT NULL AND complaint_id IN (SELECT id FROM complaints WHERE closed_at < :before)
RETURNING complaint_id;

-- name: prune_complaint_named
DELETE FROM complaint_named WHERE complaint_id IN (SELECT id FROM complaints WHERE closed_at < :before)
RETURNING complaint_id;

-- name: held_complaint_office
SELECT o.complaint_id, c.number, o.forwarded_on, b.number, b.registered_on, o.answer_due, o.decided_on, o.words,
       o.official, o.delivered_on, o.delivery
FROM complaints c JOIN complaint_office o ON o.complaint_id = c.id
LEFT JOIN complaint_bodies b ON b.complaint_id = c.id
WHERE c.person_id = :person_id ORDER BY c.id DESC, b.body;

-- name: sealed_complaint_office_words
SELECT complaint_id, complaint_id, words FROM complaint_office
WHERE words IS NOT NULL AND complaint_id > :after ORDER BY complaint_id LIMIT :most;

-- name: reseal_complaint_office_words!
UPDATE complaint_office SET words = :blob WHERE complaint_id = :key;

-- name: sealed_complaint_office_official
SELECT complaint_id, complaint_id, official FROM complaint_office
WHERE official IS NOT NULL AND complaint_id > :after ORDER BY complaint_id LIMIT :most;

-- name: reseal_complaint_office_official!
UPDATE complaint_office SET official = :blob WHERE complaint_id = :key;

-- name: sealed_complaint_office_delivery
SELECT complaint_id, complaint_id, delivery FROM complaint_office
WHERE delivery IS NOT NULL AND complaint_id > :after ORDER BY complaint_id LIMIT :most;

-- name: reseal_complaint_office_delivery!
UPDATE complaint_office SET delivery = :blob WHERE complaint_id = :key;
