-- name: series_begin!
INSERT INTO series (clinic_no, year, last) VALUES (:clinic_no, :year, 0) ON CONFLICT (clinic_no, year) DO NOTHING;

-- name: series_next
-- No number is spent on a request that would be a second open one.
UPDATE series SET last = last + 1
WHERE clinic_no = :clinic_no AND year = :year
  AND NOT EXISTS (SELECT 1 FROM requests WHERE open_slot = CAST(:open_slot AS TEXT))
RETURNING last;

-- name: request_add
INSERT INTO requests (
    id, number, clinic_no, service, channel, address_key, address, locale, patient_id, caller_id, for_whom,
    status, version, registered_at, answer_due, visit_day, open_slot, linked_to, details, consent_id,
    signed_digest, signed_text, signed_at, signed_message, came_by, desk_case, year
) VALUES (
    :id, :number, :clinic_no, :service, :channel, :address_key, :address, :locale, :patient_id, :caller_id,
    :for_whom, :status, :version, :registered_at, :answer_due, :visit_day, :open_slot, :linked_to, :details,
    :consent_id, :signed_digest, :signed_text, :signed_at, :signed_message, :came_by,
    :desk_case, :year
) ON CONFLICT (open_slot) DO NOTHING
RETURNING id;

-- name: request_by_id
SELECT r.id, r.number, r.clinic_no, r.service, r.channel, r.address_key, r.address, r.locale, r.patient_id, r.caller_id,
       r.for_whom, r.status, r.version, r.registered_at, r.answer_due, r.visit_day, r.open_slot, r.linked_to,
       r.details, r.consent_id, r.signed_digest, r.signed_text, r.signed_at, r.signed_message, r.answered_at,
       r.closed_at, r.ground, r.doctor_no, r.doctor_name, r.doctor_role, r.window_start, r.window_end, r.undo_until,
       r.came_by, r.desk_case
FROM requests r WHERE r.id = :id;

-- name: request_by_number
SELECT r.id, r.number, r.clinic_no, r.service, r.channel, r.address_key, r.address, r.locale, r.patient_id, r.caller_id,
       r.for_whom, r.status, r.version, r.registered_at, r.answer_due, r.visit_day, r.open_slot, r.linked_to,
       r.details, r.consent_id, r.signed_digest, r.signed_text, r.signed_at, r.signed_message, r.answered_at,
       r.closed_at, r.ground, r.doctor_no, r.doctor_name, r.doctor_role, r.window_start, r.window_end, r.undo_until,
       r.came_by, r.desk_case
FROM requests r WHERE r.number = :number ORDER BY r.year DESC LIMIT 1;

-- name: request_by_slot
SELECT r.id, r.number, r.clinic_no, r.service, r.channel, r.address_key, r.address, r.locale, r.patient_id, r.caller_id,
       r.for_whom, r.status, r.version, r.registered_at, r.answer_due, r.visit_day, r.open_slot, r.linked_to,
       r.details, r.consent_id, r.signed_digest, r.signed_text, r.signed_at, r.signed_message, r.answered_at,
       r.closed_at, r.ground, r.doctor_no, r.doctor_name, r.doctor_role, r.window_start, r.window_end, r.undo_until,
       r.came_by, r.desk_case
FROM requests r WHERE r.open_slot = :open_slot;

-- name: requests_open_of_clinic
SELECT r.id, r.number, r.clinic_no, r.service, r.channel, r.address_key, r.address, r.locale, r.patient_id, r.caller_id,
       r.for_whom, r.status, r.version, r.registered_at, r.answer_due, r.visit_day, r.open_slot, r.linked_to,
       r.details, r.consent_id, r.signed_digest, r.signed_text, r.signed_at, r.signed_message, r.answered_at,
       r.closed_at, r.ground, r.doctor_no, r.doctor_name, r.doctor_role, r.window_start, r.window_end, r.undo_until,
       r.came_by, r.desk_case
FROM requests r WHERE r.clinic_no = :clinic_no AND r.closed_at IS NULL ORDER BY r.id;

-- name: requests_overdue
SELECT count(*) FROM requests
WHERE closed_at IS NULL AND status IN ('registered', 'next_day') AND answer_due <= :now;

-- name: requests_of_person
SELECT r.id, r.number, r.clinic_no, r.service, r.channel, r.address_key, r.address, r.locale, r.patient_id, r.caller_id,
       r.for_whom, r.status, r.version, r.registered_at, r.answer_due, r.visit_day, r.open_slot, r.linked_to,
       r.details, r.consent_id, r.signed_digest, r.signed_text, r.signed_at, r.signed_message, r.answered_at,
       r.closed_at, r.ground, r.doctor_no, r.doctor_name, r.doctor_role, r.window_start, r.window_end, r.undo_until,
       r.came_by, r.desk_case
FROM requests r WHERE r.patient_id = :person_id OR r.caller_id = :person_id ORDER BY r.id DESC;

-- name: request_move
UPDATE requests SET
    status = :status,
    version = version + 1,
    answer_due = COALESCE(CAST(:answer_due AS BIGINT), answer_due),
    visit_day = COALESCE(CAST(:visit_day AS TEXT), visit_day),
    undo_until = CAST(:undo_until AS BIGINT),
    open_slot = CASE WHEN CAST(:closed_at AS BIGINT) IS NOT NULL THEN NULL ELSE COALESCE(CAST(:open_slot AS TEXT), open_slot) END,
    answered_at = CASE WHEN CAST(:undo AS INTEGER) = 1 THEN NULL ELSE COALESCE(CAST(:answered_at AS BIGINT), answered_at) END,
    closed_at = CASE WHEN CAST(:undo AS INTEGER) = 1 THEN NULL ELSE COALESCE(CAST(:closed_at AS BIGINT), closed_at) END,
    ground = CASE WHEN CAST(:undo AS INTEGER) = 1 THEN NULL ELSE COALESCE(CAST(:ground AS TEXT), ground) END,
    doctor_no = CASE WHEN CAST(:undo AS INTEGER) = 1 THEN NULL ELSE COALESCE(CAST(:doctor_no AS TEXT), doctor_no) END,
    doctor_name = CASE WHEN CAST(:undo AS INTEGER) = 1 THEN NULL ELSE COALESCE(:doctor_name, doctor_name) END,
    doctor_role = CASE WHEN CAST(:undo AS INTEGER) = 1 THEN NULL ELSE COALESCE(CAST(:doctor_role AS TEXT), doctor_role) END,
    window_start = CASE WHEN CAST(:undo AS INTEGER) = 1 THEN NULL ELSE COALESCE(CAST(:window_start AS BIGINT), window_start) END,
    window_end = CASE WHEN CAST(:undo AS INTEGER) = 1 THEN NULL ELSE COALESCE(CAST(:window_end AS BIGINT), window_end) END
WHERE id = :id AND version = :version
  AND NOT EXISTS (SELECT 1 FROM requests o WHERE o.open_slot = CAST(:open_slot AS TEXT) AND o.id <> :id)
RETURNING id;

-- name: request_mark!
INSERT INTO request_marks (request_id, seq, status, at, actor, note_code)
VALUES (:request_id, :seq, :status, :at, :actor, :note_code);

-- name: request_mark_next!
INSERT INTO request_marks (request_id, seq, status, at, actor, note_code)
SELECT r.id, (SELECT COALESCE(max(m.seq), 0) + 1 FROM request_marks m WHERE m.request_id = r.id),
       r.status, CAST(:at AS BIGINT), CAST(:actor AS TEXT), CAST(:note_code AS TEXT)
FROM requests r WHERE r.id = :request_id;

-- name: request_marks_of_person
SELECT m.request_id, m.status, m.at, m.actor, m.note_code FROM request_marks m
WHERE m.request_id IN (
    SELECT p.id FROM requests p WHERE p.patient_id = :person_id
    UNION SELECT c.id FROM requests c WHERE c.caller_id = :person_id)
ORDER BY m.request_id, m.seq;

-- name: request_marks
SELECT status, at, actor, note_code FROM request_marks WHERE request_id = :request_id ORDER BY seq;

-- name: requests_of_case
SELECT r.id, r.number, r.clinic_no, r.service, r.channel, r.address_key, r.address, r.locale, r.patient_id, r.caller_id,
       r.for_whom, r.status, r.version, r.registered_at, r.answer_due, r.visit_day, r.open_slot, r.linked_to,
       r.details, r.consent_id, r.signed_digest, r.signed_text, r.signed_at, r.signed_message, r.answered_at,
       r.closed_at, r.ground, r.doctor_no, r.doctor_name, r.doctor_role, r.window_start, r.window_end, r.undo_until,
       r.came_by, r.desk_case
FROM requests r WHERE r.desk_case = :case_id ORDER BY r.id;
