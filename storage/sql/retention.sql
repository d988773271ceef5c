-- name: prune_inbox_bodies
UPDATE inbox SET body = NULL WHERE received_at < :before AND done_at IS NOT NULL AND body IS NOT NULL RETURNING id;

-- name: prune_inbox
-- A MessageSid is remembered for ever; an update id cannot come back after so long.
DELETE FROM inbox WHERE received_at < :before AND done_at IS NOT NULL AND channel = 'telegram' RETURNING id;

-- name: prune_outbox_bodies
UPDATE outbox SET body = NULL, address = NULL
WHERE created_at < :before AND status <> 'waiting' AND (body IS NOT NULL OR address IS NOT NULL) RETURNING id;

-- name: prune_challenges
DELETE FROM challenges WHERE issued_at < :before AND state <> 'live' RETURNING id;

-- name: prune_comparisons
DELETE FROM comparisons WHERE at < :before RETURNING inbox_id;

-- name: prune_sends
DELETE FROM sends WHERE sent_at < :before RETURNING challenge_id;

-- name: prune_chat_iins
DELETE FROM chat_iins WHERE day < :day RETURNING day;

-- name: prune_guards
DELETE FROM guards
WHERE touched_at < :before AND desk_only = 0 AND failures = 0 AND (locked_until IS NULL OR locked_until < :before)
RETURNING lane;

-- name: prune_phantom_consents
DELETE FROM consents WHERE subject_id IS NULL AND outcome <> 'given' AND asked_at < :before RETURNING id;

-- name: prune_consents
UPDATE consents SET phone = NULL, phone_index = NULL, reply = NULL, text_shown = NULL
WHERE asked_at < :before AND text_shown IS NOT NULL RETURNING id;

-- name: prune_journals
UPDATE conversations SET state = 'closed', journal = NULL, closed_at = :now, revision = revision + 1
WHERE state <> 'closed' AND touched_at < :before RETURNING id;

-- name: prune_requests
UPDATE requests SET details = NULL, signed_text = NULL, address = NULL, doctor_name = NULL
WHERE closed_at < :before AND details IS NOT NULL RETURNING id;

-- name: prune_papers
-- Number, code and digest stay: the page behind an old paper can still say that it has expired.
UPDATE papers SET facts = NULL, pdf = NULL, signed_by = NULL
WHERE owed_at < :before AND (facts IS NOT NULL OR pdf IS NOT NULL OR signed_by IS NOT NULL) RETURNING id;

-- name: prune_attachments
DELETE FROM attachments WHERE ended_at < :before RETURNING id;

-- name: prune_journal_doctors
-- The entries themselves name nobody else, and stay.
UPDATE journal SET doctor_name = NULL WHERE at < :before AND doctor_name IS NOT NULL RETURNING id;

-- name: prune_staff_codes
DELETE FROM staff_codes WHERE expires_at < :before RETURNING clinic_no;

-- name: prune_invitations
DELETE FROM invitations WHERE expires_at < :before OR ended_at < :before RETURNING id;

-- name: prune_staff_left
-- Who worked where stays; the audit chain names them by the same number.
UPDATE staff SET name = NULL, phone = NULL
WHERE left_at < :before AND (name IS NOT NULL OR phone IS NOT NULL) RETURNING telegram_id;

-- name: erase_person
UPDATE people SET card = NULL, phone_index = NULL, iin_index = :nothing, card_digest = :nothing,
       version = version + 1
WHERE id = :person_id AND card IS NOT NULL RETURNING id;

-- name: erase_requests!
UPDATE requests SET details = NULL, signed_text = NULL, address = NULL
WHERE patient_id = :person_id OR caller_id = :person_id;

-- name: erase_papers!
UPDATE papers SET facts = NULL, pdf = NULL WHERE person_id = :person_id OR request_id IN (
    SELECT id FROM requests WHERE patient_id = :person_id OR caller_id = :person_id
);

-- name: erase_consents!
UPDATE consents SET phone = NULL, phone_index = NULL, reply = NULL, text_shown = NULL WHERE subject_id = :person_id;

-- name: erase_outbox!
UPDATE outbox SET body = NULL, address = NULL WHERE request_id IN (
    SELECT id FROM requests WHERE patient_id = :person_id OR caller_id = :person_id
) AND status <> 'waiting';

-- name: erase_inbox!
UPDATE inbox SET body = NULL WHERE done_at IS NOT NULL AND id IN (
    SELECT reply_inbox_id FROM consents WHERE subject_id = :person_id
);

-- name: erase_guardians!
DELETE FROM guardians WHERE child_id = :person_id OR guardian_id = :person_id;

-- name: erase_chats!
UPDATE chats SET confirmed_person = NULL, confirmed_at = NULL, last_menu = NULL WHERE confirmed_person = :person_id;

-- name: prune_work_questions
UPDATE work_questions SET text = NULL, answer = NULL
WHERE asked_at < :before AND (text IS NOT NULL OR answer IS NOT NULL)
  AND request_id IN (SELECT id FROM requests WHERE closed_at IS NOT NULL) RETURNING id;

-- name: prune_work_notes
UPDATE work_notes SET text = NULL WHERE noted_at < :before AND text IS NOT NULL RETURNING id;

-- name: erase_work_questions!
UPDATE work_questions SET text = NULL, answer = NULL WHERE request_id IN (
    SELECT id FROM requests WHERE patient_id = :person_id OR caller_id = :person_id
);

-- name: erase_work_notes!
UPDATE work_notes SET text = NULL WHERE request_id IN (
    SELECT id FROM requests WHERE patient_id = :person_id OR caller_id = :person_id
);

-- name: prune_hand_identities
-- One that nobody looked at is not kept longer for it.
UPDATE hand_identities SET document = NULL
WHERE COALESCE(checked_at, entered_at) < :before AND document IS NOT NULL RETURNING id;

-- name: erase_hand_identities!
UPDATE hand_identities SET document = NULL WHERE person_id = :person_id;
