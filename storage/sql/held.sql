-- name: held_attachments
SELECT a.id, a.attached_on, a.clinic_no, a.cause, a.began_at, a.ended_at FROM attachments a
WHERE a.person_id = :person_id ORDER BY a.id;

-- name: held_guardians
SELECT o.id, g.kind, g.valid_from, g.valid_to, o.card FROM guardians g
JOIN people o ON o.id = CASE WHEN g.child_id = :person_id THEN g.guardian_id ELSE g.child_id END
WHERE g.child_id = :person_id OR g.guardian_id = :person_id ORDER BY g.valid_from, o.id;

-- name: held_requests
-- What another adult signed when they asked for this person is theirs.
SELECT r.id, r.number, r.service, r.clinic_no, r.registered_at, r.status, r.visit_day, r.answer_due,
       CASE WHEN r.caller_id = :person_id THEN r.signed_text END,
       r.signed_at, r.details, r.answered_at, r.doctor_name, r.window_start, r.window_end, r.ground, r.closed_at
FROM requests r WHERE r.patient_id = :person_id OR r.caller_id = :person_id ORDER BY r.id;

-- name: held_request_marks
SELECT r.id, r.number, m.status, m.at FROM request_marks m JOIN requests r ON r.id = m.request_id
WHERE r.patient_id = :person_id OR r.caller_id = :person_id ORDER BY m.request_id, m.seq;

-- name: held_visits
SELECT d.doctor_no, r.number, s.starts, s.ends, s.room, d.full_name FROM slots s
JOIN requests r ON r.id = s.request_id JOIN doctors d ON d.doctor_no = s.doctor_no
WHERE r.patient_id = :person_id OR r.caller_id = :person_id ORDER BY s.starts;

-- name: held_waiting
SELECT r.id, r.number, w.clinic_no, w.since, w.ended_at,
       (SELECT count(*) FROM offers f WHERE f.waiting_id = w.id)
FROM waiting w JOIN requests r ON r.id = w.request_id
WHERE r.patient_id = :person_id OR r.caller_id = :person_id ORDER BY w.id;

-- name: held_papers
SELECT p.id, p.number, p.kind, p.clinic_no, p.issued_at, p.valid_until, p.withdrawn_at, p.facts FROM papers p
WHERE p.person_id = :person_id OR p.request_id IN (
    SELECT r.id FROM requests r WHERE r.patient_id = :person_id OR r.caller_id = :person_id
) ORDER BY p.id;

-- name: held_work_questions
SELECT q.id, r.number, q.asked_at, q.text, q.answered_at, q.answer FROM work_questions q
JOIN requests r ON r.id = q.request_id
WHERE r.patient_id = :person_id OR r.caller_id = :person_id ORDER BY q.id;

-- name: held_work_notes
-- Notes of the staff about another adult's request are not for whoever called for them.
SELECT n.id, r.number, n.noted_at, n.text FROM work_notes n JOIN requests r ON r.id = n.request_id
WHERE r.patient_id = :person_id OR (r.caller_id = :person_id AND r.for_whom <> 'other') ORDER BY n.id;

-- name: held_visit_checks
SELECT v.request_id, r.number, v.asked_at, v.answered_at, v.took_place, v.complaint, v.complained_at
FROM visit_checks v JOIN requests r ON r.id = v.request_id
WHERE r.patient_id = :person_id OR r.caller_id = :person_id ORDER BY v.asked_at;

-- name: held_escalations
SELECT e.request_id, r.number, e.at, e.promised FROM escalations e JOIN requests r ON r.id = e.request_id
WHERE r.patient_id = :person_id OR r.caller_id = :person_id ORDER BY e.at;

-- name: held_journal
SELECT j.id, j.clinic_no, j.register, j.year, j.no, j.at FROM journal j
WHERE j.request_id IN (SELECT r.id FROM requests r WHERE r.patient_id = :person_id OR r.caller_id = :person_id)
   OR j.desk_case IN (SELECT c.id FROM desk_cases c WHERE c.person_id = :person_id) ORDER BY j.id;

-- name: held_desk_cases
SELECT c.id, c.clinic_no, c.channel, c.service, c.came_at, c.ended_at, c.outcome FROM desk_cases c
WHERE c.person_id = :person_id ORDER BY c.id;

-- name: held_hand_identities
SELECT h.id, h.clinic_no, h.document, h.entered_at, h.checked_at, h.outcome FROM hand_identities h
WHERE h.person_id = :person_id;

-- name: held_consents
-- Also what one answered for a child; the phone and the words of a parent who answered are the parent's.
SELECT c.id, c.purpose, c.asked_at, c.outcome, c.answered_at, c.valid_until, c.withdrawn_at, c.text_id,
       c.text_version, c.text_shown,
       CASE WHEN NOT EXISTS (SELECT 1 FROM consent_requests q WHERE q.consent_id = c.id AND q.answers_id <> :person_id)
            THEN c.phone END,
       c.reply_channel,
       CASE WHEN NOT EXISTS (SELECT 1 FROM consent_requests q WHERE q.consent_id = c.id AND q.answers_id <> :person_id)
            THEN c.reply END
FROM consents c WHERE c.subject_id = :person_id
   OR c.id IN (SELECT q.consent_id FROM consent_requests q WHERE q.answers_id = :person_id) ORDER BY c.id;

-- name: held_asked_of
SELECT q.id, q.number, q.asker_name, q.asker_clinic, q.what, q.purpose, q.asked_at, q.state, q.way, q.answered_at,
       q.used_at
FROM consent_requests q
WHERE q.subject_id = :person_id OR q.answers_id = :person_id ORDER BY q.id;

-- name: held_asked_by
-- Of what one asked others nothing is told that could tell a refusal from silence (G-32).
SELECT q.id, q.number, q.what, q.purpose, q.asked_at FROM consent_requests q
WHERE q.asker_id = :person_id ORDER BY q.id;

-- name: held_centre_requests
SELECT c.id, c.number, c.centre, c.about, c.asked_at, c.signed_text, c.issued_at, c.valid_until, c.closed_at
FROM centre_requests c WHERE c.asker_id = :person_id ORDER BY c.id;

-- name: held_centre_marks
SELECT c.id, c.number, m.status, m.at FROM centre_marks m JOIN centre_requests c ON c.id = m.request_id
WHERE c.asker_id = :person_id ORDER BY m.request_id, m.no;

-- name: held_centre_links
SELECT l.id, c.number, l.expires_at FROM centre_links l JOIN centre_requests c ON c.id = l.request_id
WHERE l.person_id = :person_id ORDER BY l.id;

-- name: held_document_requests
SELECT d.id, d.number, d.clinic_no, d.kind, d.purpose, d.asked_at, d.status, d.ended_at FROM document_requests d
WHERE d.subject_id = :person_id ORDER BY d.id;

-- name: held_asker_blocks
SELECT b.subject_id, b.since FROM asker_blocks b WHERE b.subject_id = :person_id ORDER BY b.since;

-- name: held_challenges
SELECT h.id, h.purpose, h.issued_at, h.expires_at, h.state, h.comparisons, s.really FROM challenges h
LEFT JOIN sends s ON s.challenge_id = h.id WHERE h.person_id = :person_id ORDER BY h.id;

-- name: held_guards
SELECT p.id, g.failures, g.locked_until, g.touched_at FROM guards g JOIN people p ON p.iin_index = g.subject_index
WHERE p.id = :person_id ORDER BY g.lane;

-- name: held_known_chats
SELECT p.id, k.chat_key, k.since, t.locale, t.confirmed_at,
       (SELECT count(*) FROM chat_iins i WHERE i.chat_key = k.chat_key AND i.subject_index = k.subject_index),
       (SELECT count(*) FROM conversations v
        WHERE v.channel || ':' || v.address_key = k.chat_key AND v.state <> 'closed')
FROM known_chats k JOIN people p ON p.iin_index = k.subject_index
LEFT JOIN chats t ON t.channel || ':' || t.address_key = k.chat_key
WHERE p.id = :person_id ORDER BY k.since;

-- name: held_stopped
SELECT t.id, t.since FROM sms_stopped t WHERE t.phone_key = :phone_key;

-- name: held_inbox
-- Of a chat or a phone that others use as well, nothing: what was written there may be theirs. So too of the
-- private chats of staff, where patients are written about. Children may have a parent's phone.
SELECT i.id, i.received_at, i.channel, i.body FROM inbox i
WHERE i.body IS NOT NULL AND i.channel || ':' || i.address_key IN (
    SELECT a.address FROM (SELECT CAST(:chat AS TEXT) AS address UNION ALL SELECT CAST(:phone AS TEXT)) a
    WHERE NOT EXISTS (
        SELECT 1 FROM known_chats k JOIN people o ON o.iin_index = k.subject_index
        WHERE o.id <> :person_id AND k.chat_key = a.address
    ) AND NOT EXISTS (
        SELECT 1 FROM consents c WHERE c.outcome = 'given' AND c.subject_id <> :person_id
          AND c.asker_channel || ':' || c.asker_key = a.address
    ) AND NOT EXISTS (
        SELECT 1 FROM people o WHERE o.id <> :person_id AND o.phone_index = :phone_index AND a.address = :phone
          AND NOT EXISTS (SELECT 1 FROM guardians g WHERE g.child_id = o.id AND g.guardian_id = :person_id
                          AND (g.valid_to IS NULL OR g.valid_to >= :today))
    ) AND NOT EXISTS (
        SELECT 1 FROM staff w WHERE 'telegram:' || w.telegram_id = a.address
    )
) ORDER BY i.id;

-- name: held_outbox
-- As above, but what is about one's own requests is one's own anywhere. Codes on their way are nobody's to read.
SELECT o.id, o.created_at, o.channel, o.status, o.body FROM outbox o
WHERE o.body IS NOT NULL AND o.status <> 'waiting' AND o.channel || ':' || o.address_key IN (:chat, :phone)
  AND (o.kind NOT LIKE 'staff%' AND o.kind NOT LIKE 'desk%' AND o.request_id IN (
      SELECT r.id FROM requests r WHERE r.patient_id = :person_id OR r.caller_id = :person_id
      UNION SELECT q.id FROM centre_requests q WHERE q.asker_id = :person_id
      UNION SELECT t.id FROM training_requests t WHERE t.person_id = :person_id
      UNION SELECT k.id FROM complaints k WHERE k.person_id = :person_id
  ) OR o.channel || ':' || o.address_key IN (
    SELECT a.address FROM (SELECT CAST(:chat AS TEXT) AS address UNION ALL SELECT CAST(:phone AS TEXT)) a
    WHERE NOT EXISTS (
        SELECT 1 FROM known_chats k JOIN people o ON o.iin_index = k.subject_index
        WHERE o.id <> :person_id AND k.chat_key = a.address
    ) AND NOT EXISTS (
        SELECT 1 FROM consents c WHERE c.outcome = 'given' AND c.subject_id <> :person_id
          AND c.asker_channel || ':' || c.asker_key = a.address
    ) AND NOT EXISTS (
        SELECT 1 FROM people o WHERE o.id <> :person_id AND o.phone_index = :phone_index AND a.address = :phone
          AND NOT EXISTS (SELECT 1 FROM guardians g WHERE g.child_id = o.id AND g.guardian_id = :person_id
                          AND (g.valid_to IS NULL OR g.valid_to >= :today))
    ) AND NOT EXISTS (
        SELECT 1 FROM staff w WHERE 'telegram:' || w.telegram_id = a.address
    )
)) ORDER BY o.id;

-- name: held_surveys
-- What was answered is in no row: it is counted, and nobody's.
SELECT s.id, s.number, s.service, s.asked_at, s.state, s.ended_at FROM surveys s WHERE s.person_id = :person_id
ORDER BY s.id;

-- name: held_graduates
SELECT g.id, g.programme, g.title, g.decided_on, g.full_name, g.original_no
FROM graduates g JOIN people p ON p.iin_index = g.iin_index WHERE p.id = :person_id ORDER BY g.decided_on, g.id;

-- name: held_training_requests
SELECT r.id, r.number, r.kind, r.filed_at, r.stage, r.due_on, r.story, r.signed_text, r.closed_at
FROM training_requests r WHERE r.person_id = :person_id OR r.graduate_id IN (
    SELECT g.id FROM graduates g JOIN people p ON p.iin_index = g.iin_index WHERE p.id = :person_id
) ORDER BY r.id;

-- name: held_training_marks
SELECT r.id, r.number, m.stage, m.at FROM training_marks m JOIN training_requests r ON r.id = m.request_id
WHERE r.person_id = :person_id OR r.graduate_id IN (
    SELECT g.id FROM graduates g JOIN people p ON p.iin_index = g.iin_index WHERE p.id = :person_id
) ORDER BY r.id, m.no;

-- name: held_complaints
SELECT c.id, c.number, c.clinic_no, c.service, c.filed_at, c.addressee, c.status, c.full_name, c.iin, c.postal_address,
       c.phone, c.words, c.signed_text, c.official, c.closed_at
FROM complaints c WHERE c.person_id = :person_id ORDER BY c.id;

-- name: held_complaint_marks
SELECT c.id, c.number, m.status, m.at FROM complaint_marks m JOIN complaints c ON c.id = m.complaint_id
WHERE c.person_id = :person_id ORDER BY c.id, m.no;

-- name: held_complaint_files
SELECT f.id, f.file FROM complaint_files f JOIN complaints c ON c.id = f.complaint_id
WHERE c.person_id = :person_id ORDER BY f.complaint_id, f.no;

-- name: held_acts
SELECT a.seq, a.at, a.action FROM audit a WHERE a.actor = :person ORDER BY a.seq;

-- name: held_person
SELECT p.card, p.language, p.by_hand, p.phone_index FROM people p WHERE p.id = :person_id AND p.card IS NOT NULL;
