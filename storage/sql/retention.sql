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

-- name: prune_sms_parts
DELETE FROM sms_parts WHERE received_at < :before RETURNING id;

-- name: prune_sends
DELETE FROM sends WHERE sent_at < :before RETURNING challenge_id;

-- name: prune_handovers
DELETE FROM handovers WHERE made_at < :before RETURNING id;

-- name: prune_address_days
DELETE FROM address_days WHERE day < :day RETURNING day;

-- name: prune_chat_iins
DELETE FROM chat_iins WHERE day < :day RETURNING day;

-- name: prune_guards
DELETE FROM guards
WHERE touched_at < :before AND desk_only = 0 AND failures = 0 AND (locked_until IS NULL OR locked_until < :before)
RETURNING lane;

-- name: prune_phantom_consents
DELETE FROM consents WHERE id IN (
    SELECT c.id FROM consents c
    WHERE c.subject_id IS NULL AND c.outcome <> 'given' AND c.asked_at < :before AND c.kind <> 'third_party'
    ORDER BY c.asked_at LIMIT :most
) RETURNING id;

-- name: prune_consents
UPDATE consents SET phone = NULL, phone_index = NULL, reply = NULL, text_shown = NULL
WHERE id IN (
    SELECT c.id FROM consents c WHERE c.asked_at < :before AND c.text_shown IS NOT NULL
    ORDER BY c.asked_at LIMIT :most
) RETURNING id;

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

-- name: erase_consents
-- Of what a parent answered for a child, the parent's phone and words; the rest is the child's.
UPDATE consents SET phone = NULL, phone_index = NULL, reply = NULL,
    text_shown = CASE WHEN subject_id = :person_id THEN NULL ELSE text_shown END,
    subject_index = CASE WHEN subject_id = :person_id THEN :nothing ELSE subject_index END
WHERE subject_id = :person_id AND (text_shown IS NOT NULL OR phone IS NOT NULL OR subject_index <> :nothing)
   OR (phone IS NOT NULL OR reply IS NOT NULL)
      AND id IN (SELECT r.consent_id FROM consent_requests r WHERE r.answers_id = :person_id)
RETURNING id;

-- name: erase_consent_requests
-- Of others' requests about this person the name of whoever asked stays: it is theirs.
UPDATE consent_requests SET
    asker_name = CASE WHEN asker_id = :person_id THEN NULL ELSE asker_name END,
    subject_index = CASE WHEN subject_id = :person_id THEN :nothing ELSE subject_index END,
    phone_index = CASE WHEN answers_id = :person_id THEN NULL ELSE phone_index END
WHERE asker_id = :person_id OR subject_id = :person_id OR answers_id = :person_id RETURNING id;

-- name: erase_asker_blocks!
DELETE FROM asker_blocks WHERE subject_id = :person_id;

-- name: erase_keys
SELECT iin_index, phone_index FROM people WHERE id = :person_id AND card IS NOT NULL;

-- name: erase_around_inbox!
-- Also of whoever asked or called in their own chat: there the IIN was typed.
UPDATE inbox SET body = NULL WHERE done_at IS NOT NULL AND body IS NOT NULL AND channel || ':' || address_key IN (
    SELECT chat_key FROM known_chats WHERE subject_index = :subject_index
    UNION ALL SELECT 'sms:' || CAST(:phone_key AS TEXT)
    UNION ALL SELECT c.asker_channel || ':' || c.asker_key FROM consents c WHERE c.subject_id = :person_id
    UNION ALL SELECT r.channel || ':' || r.address_key FROM requests r WHERE r.patient_id = :person_id
    UNION ALL SELECT 'telegram:' || q.chat FROM centre_requests q WHERE q.subject_id = :person_id
);

-- name: erase_around_outbox!
-- Also of whoever asked or called in their own chat: there the IIN was typed.
UPDATE outbox SET body = NULL, address = NULL
WHERE status <> 'waiting' AND (body IS NOT NULL OR address IS NOT NULL) AND channel || ':' || address_key IN (
    SELECT chat_key FROM known_chats WHERE subject_index = :subject_index
    UNION ALL SELECT 'sms:' || CAST(:phone_key AS TEXT)
    UNION ALL SELECT c.asker_channel || ':' || c.asker_key FROM consents c WHERE c.subject_id = :person_id
    UNION ALL SELECT r.channel || ':' || r.address_key FROM requests r WHERE r.patient_id = :person_id
    UNION ALL SELECT 'telegram:' || q.chat FROM centre_requests q WHERE q.subject_id = :person_id
);

-- name: erase_around_conversations!
-- Where somebody else talks as well, in the same chat or by the same phone, only what was opened with this
-- person's IIN: theirs goes on.
UPDATE conversations SET state = 'closed', journal = NULL, closed_at = :now, revision = revision + 1
WHERE state <> 'closed' AND id <> :conversation_id AND channel || ':' || address_key IN (
    SELECT chat_key FROM known_chats WHERE subject_index = :subject_index
    UNION ALL SELECT 'sms:' || CAST(:phone_key AS TEXT)
) AND (
    EXISTS (SELECT 1 FROM consents c WHERE c.conversation_id = conversations.id AND c.subject_id = :person_id)
    OR NOT EXISTS (
        SELECT 1 FROM consents c WHERE c.conversation_id = conversations.id AND c.subject_id <> :person_id
    )
);

-- name: erase_around_menus!
UPDATE chats SET last_menu = NULL WHERE last_menu IS NOT NULL AND channel || ':' || address_key IN (
    SELECT chat_key FROM known_chats WHERE subject_index = :subject_index
    UNION ALL SELECT 'sms:' || CAST(:phone_key AS TEXT)
);

-- name: erase_around_guards!
DELETE FROM guards WHERE subject_index = :subject_index;

-- name: erase_around_sends!
DELETE FROM sends WHERE subject_index = :subject_index;

-- name: erase_around_chat_iins!
DELETE FROM chat_iins WHERE subject_index = :subject_index;

-- name: erase_around_known_chats!
DELETE FROM known_chats WHERE subject_index = :subject_index;


-- name: erase_outbox!
UPDATE outbox SET body = NULL, address = NULL WHERE request_id IN (
    SELECT id FROM requests WHERE patient_id = :person_id OR caller_id = :person_id
    UNION SELECT id FROM centre_requests WHERE asker_id = :person_id
    UNION SELECT id FROM training_requests WHERE person_id = :person_id
    UNION SELECT id FROM complaints WHERE person_id = :person_id
) AND status <> 'waiting';

-- name: erase_outbox_waiting!
-- Cards and notices on their way: nobody is left whom they are about.
UPDATE outbox SET status = 'cancelled', leased_by = NULL, lease_until = NULL, body = NULL, address = NULL
WHERE status = 'waiting' AND request_id IN (
    SELECT id FROM requests WHERE patient_id = :person_id OR caller_id = :person_id
    UNION SELECT id FROM centre_requests WHERE asker_id = :person_id
    UNION SELECT id FROM training_requests WHERE person_id = :person_id
);

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

-- name: erase_around_stopped!
-- Nothing can be sent there in their name any more; but somebody else with that phone has said stop as well.
DELETE FROM sms_stopped WHERE phone_key = CAST(:phone_key AS TEXT)
  AND NOT EXISTS (SELECT 1 FROM people p WHERE p.phone_index = :phone_index AND p.id <> :person_id);

-- name: prune_consent_replies
DELETE FROM consent_replies WHERE at < :before RETURNING inbox_id;

-- name: prune_consent_requests
UPDATE consent_requests SET asker_name = NULL, phone_index = NULL
WHERE id IN (
    SELECT r.id FROM consent_requests r WHERE r.asked_at < :before AND r.asker_name IS NOT NULL
    ORDER BY r.asked_at LIMIT :most
) RETURNING id;

-- name: erase_around_staff_outbox!
-- What staff were shown in lists and pages names no request, so all that was sent to them goes a little earlier.
UPDATE outbox SET body = NULL WHERE status <> 'waiting' AND body IS NOT NULL AND channel = 'telegram'
  AND address_key IN (SELECT CAST(s.telegram_id AS TEXT) FROM staff s
                      UNION SELECT CAST(g.chat_id AS TEXT) FROM groups g);

-- name: erase_around_staff_inbox!
UPDATE inbox SET body = NULL WHERE done_at IS NOT NULL AND body IS NOT NULL AND channel = 'telegram'
  AND address_key IN (SELECT CAST(s.telegram_id AS TEXT) FROM staff s
                      UNION SELECT CAST(g.chat_id AS TEXT) FROM groups g);
