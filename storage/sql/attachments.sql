-- name: attachment_lock
-- Two switches of one person go one after the other; on SQLite all writers do.
UPDATE people SET version = version WHERE id = :person_id RETURNING id;

-- name: attachment_by_request
SELECT b.clinic_no FROM attachments a
LEFT JOIN attachments b ON b.person_id = a.person_id AND b.ended_at = a.began_at
WHERE a.request_id = :request_id;

-- name: attachment_active
SELECT id, clinic_no FROM attachments WHERE person_id = :person_id AND ended_at IS NULL;

-- name: attachment_end!
-- A clock that stands or steps back must not make two of one instant.
UPDATE attachments SET ended_at = CASE WHEN began_at >= :now THEN began_at + 1 ELSE :now END
WHERE id = :id AND ended_at IS NULL;

-- name: attachment_begin!
INSERT INTO attachments (id, person_id, clinic_no, attached_on, origin, began_at, cause, chosen_on, request_id)
VALUES (:id, :person_id, :clinic_no, :attached_on, 'bot',
        COALESCE((SELECT ended_at FROM attachments WHERE person_id = :person_id AND ended_at IS NOT NULL
                  ORDER BY ended_at DESC LIMIT 1), :now),
        :cause, :chosen_on, :request_id);

-- name: attachment_history
SELECT id, clinic_no, attached_on, began_at, ended_at, origin, cause, chosen_on, request_id
FROM attachments WHERE person_id = :person_id
ORDER BY CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END, ended_at;

-- name: attached_begin!
INSERT INTO attached_counts (clinic_no, people) VALUES (:clinic_no, 0) ON CONFLICT (clinic_no) DO NOTHING;

-- name: attached_change!
UPDATE attached_counts SET people = people + :change WHERE clinic_no = :clinic_no;

-- name: attached_count
SELECT people FROM attached_counts WHERE clinic_no = :clinic_no;

-- name: attached_hold
UPDATE attached_counts SET people = people WHERE clinic_no = :clinic_no RETURNING people;

-- name: attached_zero!
-- Also takes every row of the table, so that a switch meanwhile is added after the recount and not lost by it.
UPDATE attached_counts SET people = 0;

-- name: attached_recount!
UPDATE attached_counts SET people = counted.people
FROM (SELECT clinic_no, count(*) AS people FROM attachments WHERE ended_at IS NULL GROUP BY clinic_no) AS counted
WHERE counted.clinic_no = attached_counts.clinic_no;

-- name: attached_promised
SELECT count(*) FROM requests
WHERE clinic_no = :clinic_no AND closed_at IS NULL AND service = 'attachment' AND status = 'accepted';

-- name: free_choice_terms
SELECT since, choices, period, campaign_from, campaign_to, effect FROM free_choice ORDER BY since;

-- name: requests_open_of_patient
SELECT id FROM requests WHERE patient_id = :person_id AND clinic_no = :clinic_no AND closed_at IS NULL ORDER BY id;
