-- name: rounds_of_doctor
-- The home calls promised for that day with that doctor, in the order in which they are to be made: first what
-- was left over from earlier days, until the day on which it is made.
SELECT id FROM requests
WHERE doctor_no = :doctor_no AND visit_day >= :oldest AND visit_day <= :day AND service = 'home_call'
  AND clinic_no = :clinic_no AND window_start IS NOT NULL
  AND (
    status IN ('confirmed', 'on_way', 'not_home')
    OR (status IN ('nobody_home', 'done') AND (visit_day = :day OR closed_at >= :begins))
  )
ORDER BY window_start, id;

-- name: rounds_days
-- The days from that one on which that doctor still has visits to make.
SELECT DISTINCT visit_day FROM requests
WHERE doctor_no = :doctor_no AND visit_day >= :day AND service = 'home_call' AND clinic_no = :clinic_no
  AND closed_at IS NULL
ORDER BY visit_day LIMIT :most;

-- name: rounds_left_over
-- Whether visits of earlier days are still to be made.
SELECT 1 FROM requests
WHERE doctor_no = :doctor_no AND visit_day >= :oldest AND visit_day < :day AND service = 'home_call'
  AND clinic_no = :clinic_no AND window_start IS NOT NULL AND status IN ('confirmed', 'on_way', 'not_home')
LIMIT 1;

-- name: rounds_visits
-- How many home calls of that day each doctor of the clinic has been given.
SELECT d.doctor_no, COUNT(*) FROM doctors d
JOIN requests r ON r.doctor_no = d.doctor_no AND r.visit_day = :day
WHERE d.clinic_no = :clinic_no AND r.clinic_no = d.clinic_no AND r.service = 'home_call'
  AND r.status IN ('confirmed', 'on_way', 'not_home', 'nobody_home', 'done')
GROUP BY d.doctor_no;

-- name: visit_check_ask
INSERT INTO visit_checks (request_id, asked_at) VALUES (:request_id, :now)
ON CONFLICT (request_id) DO NOTHING RETURNING request_id;

-- name: visit_check_answer
UPDATE visit_checks SET answered_at = :now, answered_by = :actor, took_place = :took_place
WHERE request_id = :request_id AND answered_at IS NULL RETURNING request_id;

-- name: visit_check_complain
UPDATE visit_checks SET complained_at = :now
WHERE request_id = :request_id AND took_place = 0 AND complained_at IS NULL RETURNING request_id;

-- name: visit_check
SELECT asked_at, took_place, answered_by, complaint, complained_at FROM visit_checks
WHERE request_id = :request_id;

-- name: erase_visit_checks!
UPDATE visit_checks SET complaint = NULL WHERE request_id IN (
    SELECT id FROM requests WHERE patient_id = :person_id OR caller_id = :person_id
);

-- name: prune_visit_checks
UPDATE visit_checks SET complaint = NULL WHERE complained_at < :before AND complaint IS NOT NULL
RETURNING request_id;

-- name: sealed_visit_checks_complaint
SELECT request_id, request_id, complaint FROM visit_checks
WHERE complaint IS NOT NULL AND request_id > :after ORDER BY request_id LIMIT :most;

-- name: reseal_visit_checks_complaint!
UPDATE visit_checks SET complaint = :blob WHERE request_id = :key;
