-- name: waiting_add
INSERT INTO waiting (id, request_id, clinic_no, role, doctor_no, since)
VALUES (:id, :request_id, :clinic_no, :role, :doctor_no, :since)
ON CONFLICT DO NOTHING RETURNING id;

-- name: waiting_end
UPDATE waiting SET ended_at = :now, offered_slot = NULL, offered_until = NULL
WHERE request_id = :request_id AND ended_at IS NULL RETURNING id;

-- name: waiting_of_request
SELECT id, request_id, clinic_no, role, doctor_no, since, offered_slot, offered_until FROM waiting
WHERE request_id = :request_id AND ended_at IS NULL;

-- name: waiting_of_person
SELECT w.request_id FROM waiting w
WHERE w.ended_at IS NULL AND w.request_id IN (
    SELECT p.id FROM requests p WHERE p.patient_id = :person_id
    UNION SELECT c.id FROM requests c WHERE c.caller_id = :person_id);

-- name: waiting_line
-- Who belongs to another clinic by now is not asked (AP-13); whoever takes an offer is judged again.
SELECT w.id, w.request_id, w.offered_until
FROM waiting w
JOIN requests r ON r.id = w.request_id AND r.closed_at IS NULL
LEFT JOIN slots b ON b.request_id = w.request_id
WHERE w.clinic_no = :clinic_no AND w.role = :role AND w.ended_at IS NULL
  AND (w.doctor_no IS NULL OR w.doctor_no = :doctor_no)
  AND (b.starts IS NULL OR (b.starts > :starts AND b.starts >= :changeable))
  AND NOT EXISTS (SELECT 1 FROM offers o WHERE o.slot_id = :slot_id AND o.waiting_id = w.id)
  AND NOT EXISTS (
    SELECT 1 FROM attachments a
    WHERE a.person_id = r.patient_id AND a.ended_at IS NULL AND a.clinic_no <> w.clinic_no)
ORDER BY w.since, w.id LIMIT :most;

-- name: waiting_all
-- The whole line of that role: whose times would do, and when each is booked already.
SELECT w.doctor_no, b.starts FROM waiting w
JOIN requests r ON r.id = w.request_id AND r.closed_at IS NULL
LEFT JOIN slots b ON b.request_id = w.request_id
WHERE w.clinic_no = :clinic_no AND w.role = :role AND w.ended_at IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM attachments a
    WHERE a.person_id = r.patient_id AND a.ended_at IS NULL AND a.clinic_no <> w.clinic_no)
ORDER BY w.since, w.id LIMIT :most;

-- name: waiting_offer
UPDATE waiting SET offered_slot = :slot_id, offered_until = :until
WHERE id = :id AND ended_at IS NULL AND (offered_until IS NULL OR offered_until <= :now)
RETURNING id;

-- name: waiting_lapsed
SELECT request_id FROM waiting WHERE offered_slot = :slot_id AND offered_until <= :now AND ended_at IS NULL;

-- name: waiting_offer_over!
UPDATE waiting SET offered_slot = NULL, offered_until = NULL WHERE offered_slot = :slot_id AND offered_until <= :now;

-- name: waiting_decline
UPDATE waiting SET offered_slot = NULL, offered_until = NULL
WHERE request_id = :request_id AND offered_slot = :slot_id AND ended_at IS NULL RETURNING id;

-- name: waiting_is_offered
SELECT id FROM waiting
WHERE request_id = :request_id AND offered_slot = :slot_id AND offered_until > :now AND ended_at IS NULL;

-- name: offer_add!
INSERT INTO offers (slot_id, waiting_id, offered_at) VALUES (:slot_id, :waiting_id, :now);

-- name: slot_offer
UPDATE slots SET held_by = :request_id, held_until = :until
WHERE id = :id AND request_id IS NULL AND closed_at IS NULL AND starts > :now
  AND (held_until IS NULL OR held_until <= :now)
RETURNING id;

-- name: prune_offers
DELETE FROM offers WHERE offered_at < :before RETURNING slot_id;
