-- name: slot_hold
-- Whoever holds it already keeps the end they have: choosing again does not prolong.
UPDATE slots SET
    held_until = CASE WHEN held_by = :holder AND held_until > :now THEN held_until ELSE :until END,
    held_by = :holder
WHERE id = :id AND request_id IS NULL AND closed_at IS NULL AND starts > :now AND opens_at <= :now
  AND (held_until IS NULL OR held_until <= :now OR held_by = :holder)
RETURNING id;

-- name: slot_let_go_others!
UPDATE slots SET held_by = NULL, held_until = NULL WHERE held_by = :holder AND id <> :id;

-- name: slot_let_go!
UPDATE slots SET held_by = NULL, held_until = NULL WHERE held_by = :holder;

-- name: slot_book
UPDATE slots SET request_id = :request_id, held_by = NULL, held_until = NULL
WHERE id = :id AND request_id IS NULL AND closed_at IS NULL AND starts > :now AND opens_at <= :now
  AND (held_until IS NULL OR held_until <= :now OR held_by = :holder)
RETURNING id;

-- name: slot_claim
-- The first half of a move: the new time is kept for the request before the old one is given up.
UPDATE slots SET held_by = :request_id, held_until = :until
WHERE id = :id AND request_id IS NULL AND closed_at IS NULL AND starts > :now AND opens_at <= :now
  AND (held_until IS NULL OR held_until <= :now OR held_by = :holder OR held_by = :request_id)
RETURNING id;

-- name: slot_give_up
UPDATE slots SET request_id = NULL WHERE request_id = :request_id
RETURNING id, doctor_no, clinic_no, role, day, starts, ends, room;

-- name: slot_give_up_other!
UPDATE slots SET request_id = NULL WHERE request_id = :request_id AND id <> :id;

-- name: slot_move
UPDATE slots SET request_id = :request_id, held_by = NULL, held_until = NULL
WHERE id = :id AND request_id IS NULL AND held_by = :request_id
RETURNING id;

-- name: slot_close
-- Whoever was booked is handed back: what is not true before the statement cannot be true after it.
UPDATE slots SET closed_at = :now, lost_by = request_id, request_id = NULL, held_by = NULL, held_until = NULL
WHERE id = :id AND closed_at IS NULL
RETURNING lost_by;

-- name: slot_close_free
UPDATE slots SET closed_at = :now, held_by = NULL, held_until = NULL
WHERE id = :id AND closed_at IS NULL AND request_id IS NULL
RETURNING id;

-- name: slot_room!
UPDATE slots SET room = :room WHERE id = :id;

-- name: slot_put
INSERT INTO slots (id, doctor_no, clinic_no, role, day, starts, ends, room, opens_at)
VALUES (:id, :doctor_no, :clinic_no, :role, :day, :starts, :ends, :room, :opens_at)
ON CONFLICT (doctor_no, starts) DO UPDATE SET
    clinic_no = excluded.clinic_no, role = excluded.role, ends = excluded.ends, room = excluded.room,
    opens_at = excluded.opens_at, closed_at = NULL
WHERE slots.request_id IS NULL
RETURNING id, doctor_no, clinic_no, role, day, starts, ends, room, opens_at;

-- name: slots_to_come
SELECT id, doctor_no, clinic_no, role, day, starts, ends, room, request_id, closed_at FROM slots
WHERE doctor_no = :doctor_no AND starts > :after AND starts < :before ORDER BY starts;

-- name: slots_of_doctor_day
SELECT id, doctor_no, clinic_no, role, day, starts, ends, room, request_id, held_until FROM slots
WHERE doctor_no = :doctor_no AND starts >= :since AND starts < :before AND closed_at IS NULL ORDER BY starts;

-- name: slot_days_to_work
-- The doctor's next days at that clinic, each from the first of its times that is not over.
SELECT day, min(starts) FROM slots
WHERE doctor_no = :doctor_no AND clinic_no = :clinic_no AND starts > :since AND ends > :now
  AND closed_at IS NULL
GROUP BY day ORDER BY day LIMIT :most;

-- name: slot_of_day
-- Any time of the doctor's day, closed or not: it stands for the whole day.
SELECT id, doctor_no, clinic_no, role, day, starts, ends, room FROM slots
WHERE doctor_no = :doctor_no AND starts >= :since AND starts < :before ORDER BY starts LIMIT 1;

-- name: slot_by_id
SELECT id, doctor_no, clinic_no, role, day, starts, ends, room FROM slots WHERE id = :id;

-- name: slot_of_request
SELECT id, doctor_no, clinic_no, role, day, starts, ends, room FROM slots WHERE request_id = :request_id;

-- name: slots_of_person
SELECT s.id, s.doctor_no, s.clinic_no, s.role, s.day, s.starts, s.ends, s.room, s.request_id FROM slots s
WHERE s.request_id IN (
    SELECT p.id FROM requests p WHERE p.patient_id = :person_id
    UNION SELECT c.id FROM requests c WHERE c.caller_id = :person_id);

-- name: slot_state
SELECT id, doctor_no, clinic_no, role, day, starts, ends, room, held_by, held_until FROM slots
WHERE id = :id AND request_id IS NULL AND closed_at IS NULL AND starts > :now AND opens_at <= :now;

-- name: slots_free_of_role
SELECT id, doctor_no, clinic_no, role, day, starts, ends, room FROM slots
WHERE clinic_no = :clinic_no AND role = :role AND starts >= :since AND starts < :before
  AND request_id IS NULL AND closed_at IS NULL AND opens_at <= :now
  AND (held_until IS NULL OR held_until <= :now OR held_by = CAST(:holder AS BIGINT))
ORDER BY starts, doctor_no LIMIT :most;

-- name: slots_free_of_doctor
SELECT id, doctor_no, clinic_no, role, day, starts, ends, room FROM slots
WHERE doctor_no = :doctor_no AND starts >= :since AND starts < :before
  AND request_id IS NULL AND closed_at IS NULL AND opens_at <= :now
  AND (held_until IS NULL OR held_until <= :now OR held_by = CAST(:holder AS BIGINT))
  AND clinic_no = :clinic_no AND role = :role
ORDER BY starts LIMIT :most;

-- name: slot_days_of_role
SELECT day, count(*) FROM slots
WHERE clinic_no = :clinic_no AND role = :role AND starts >= :since AND starts < :before
  AND request_id IS NULL AND closed_at IS NULL AND opens_at <= :now
  AND (held_until IS NULL OR held_until <= :now OR held_by = CAST(:holder AS BIGINT))
GROUP BY day ORDER BY day;

-- name: slot_days_of_doctor
SELECT day, count(*) FROM slots
WHERE doctor_no = :doctor_no AND starts >= :since AND starts < :before
  AND request_id IS NULL AND closed_at IS NULL AND opens_at <= :now
  AND (held_until IS NULL OR held_until <= :now OR held_by = CAST(:holder AS BIGINT))
  AND clinic_no = :clinic_no AND role = :role
GROUP BY day ORDER BY day;

-- name: no_show_days
SELECT visit_day FROM requests
WHERE patient_id = :patient_id AND service = 'appointment' AND status = 'did_not_come' AND visit_day >= :since
ORDER BY visit_day;

-- name: prune_slots
-- Times nobody came for say nothing later; a booking's time goes with its request's keeping period.
DELETE FROM slots WHERE ends < :before AND request_id IS NULL RETURNING id;

-- name: prune_room_use
DELETE FROM room_use WHERE quarter < :quarter RETURNING quarter;
