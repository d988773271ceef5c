-- name: staff_code_add!
INSERT INTO staff_codes (code_hash, clinic_no, role, kind, locale, expires_at)
VALUES (:code_hash, :clinic_no, :role, :kind, :locale, :expires_at);

-- name: staff_code_use
UPDATE staff_codes SET used_at = :now
WHERE code_hash = :code_hash AND kind = :kind AND used_at IS NULL AND expires_at > :now
RETURNING clinic_no, role, locale;

-- name: staff_code_clinic
SELECT clinic_no FROM staff_codes
WHERE code_hash = :code_hash AND kind = 'group' AND used_at IS NULL AND expires_at > :now;

-- name: staff_join!
INSERT INTO staff (telegram_id, clinic_no, role, name, phone, locale, since)
VALUES (:telegram_id, :clinic_no, :role, :name, :phone, :locale, :now)
ON CONFLICT (telegram_id, clinic_no, role) DO UPDATE
SET name = COALESCE(excluded.name, staff.name), phone = COALESCE(excluded.phone, staff.phone), locale = excluded.locale, since = excluded.since, left_at = NULL;

-- name: staff_leave
UPDATE staff SET left_at = :now
WHERE telegram_id = :telegram_id AND clinic_no = :clinic_no AND left_at IS NULL
RETURNING role;

-- name: staff_locale!
UPDATE staff SET locale = :locale WHERE telegram_id = :telegram_id;

-- name: staff_is_doctor
UPDATE staff SET doctor_no = :doctor_no
WHERE telegram_id = :telegram_id AND clinic_no = :clinic_no AND role = 'doctor' AND left_at IS NULL
RETURNING telegram_id;

-- name: staff_of_doctor
SELECT telegram_id FROM staff WHERE doctor_no = :doctor_no AND left_at IS NULL ORDER BY telegram_id;

-- name: staff_of_person
SELECT telegram_id, clinic_no, role, name, locale, since, doctor_no, phone FROM staff
WHERE telegram_id = :telegram_id AND left_at IS NULL ORDER BY clinic_no, role;

-- name: staff_of_clinic
SELECT telegram_id, clinic_no, role, name, locale, since, doctor_no, phone FROM staff
WHERE clinic_no = :clinic_no AND left_at IS NULL ORDER BY since, telegram_id, role;

-- name: staff_unconfirmed
SELECT count(DISTINCT s.telegram_id) FROM staff s
WHERE s.clinic_no = :clinic_no AND s.left_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM staff t WHERE t.telegram_id = s.telegram_id AND t.phone IS NOT NULL
);

-- name: group_unlink_others!
UPDATE groups SET left_at = :now WHERE clinic_no = :clinic_no AND chat_id <> :chat_id AND left_at IS NULL;

-- name: group_link!
INSERT INTO groups (chat_id, clinic_no, locale, linked_at) VALUES (:chat_id, :clinic_no, :locale, :now)
ON CONFLICT (chat_id) DO UPDATE
SET clinic_no = excluded.clinic_no, locale = excluded.locale, linked_at = excluded.linked_at, left_at = NULL;

-- name: group_leave
UPDATE groups SET left_at = :now WHERE chat_id = :chat_id AND left_at IS NULL RETURNING clinic_no;

-- name: group_move
-- Where the bot reads of the move it is a member: that it "left" the chat of before was part of the move.
UPDATE groups SET chat_id = :new_chat_id, left_at = CASE WHEN EXISTS (
      SELECT 1 FROM groups o WHERE o.clinic_no = groups.clinic_no AND o.chat_id <> :chat_id AND o.left_at IS NULL
  ) THEN left_at END
WHERE chat_id = :chat_id
  AND NOT EXISTS (SELECT 1 FROM groups g WHERE g.chat_id = :new_chat_id)
RETURNING clinic_no;

-- name: group_of_clinic
SELECT chat_id, clinic_no, locale, linked_at FROM groups WHERE clinic_no = :clinic_no AND left_at IS NULL;

-- name: group_of_chat
SELECT chat_id, clinic_no, locale, linked_at FROM groups WHERE chat_id = :chat_id AND left_at IS NULL;

-- name: clinic_links
SELECT (SELECT count(*) FROM groups WHERE clinic_no = :clinic_no AND left_at IS NULL),
       (SELECT count(*) FROM staff WHERE clinic_no = :clinic_no AND role = 'registrar' AND left_at IS NULL),
       (SELECT count(*) FROM staff WHERE clinic_no = :clinic_no AND role = 'head' AND left_at IS NULL);

-- name: live_clinics
SELECT g.clinic_no FROM groups g JOIN clinics c ON c.no = g.clinic_no AND c.kind = 'clinic'
WHERE g.left_at IS NULL
  AND EXISTS (SELECT 1 FROM staff s WHERE s.clinic_no = g.clinic_no AND s.role = 'registrar' AND s.left_at IS NULL)
  AND EXISTS (SELECT 1 FROM staff s WHERE s.clinic_no = g.clinic_no AND s.role = 'head' AND s.left_at IS NULL)
ORDER BY g.clinic_no;

-- name: live_clinics_unverified
-- The college is live with the first of its own staff.
SELECT c.no FROM clinics c WHERE c.verified_on IS NULL AND (
  c.kind = 'clinic'
  AND EXISTS (SELECT 1 FROM groups g WHERE g.clinic_no = c.no AND g.left_at IS NULL)
  AND EXISTS (SELECT 1 FROM staff s WHERE s.clinic_no = c.no AND s.role = 'registrar' AND s.left_at IS NULL)
  AND EXISTS (SELECT 1 FROM staff s WHERE s.clinic_no = c.no AND s.role = 'head' AND s.left_at IS NULL)
  OR c.kind = 'college'
  AND EXISTS (SELECT 1 FROM staff s WHERE s.clinic_no = c.no AND s.role = 'college' AND s.left_at IS NULL)
)
ORDER BY c.no;

-- name: feed_message_set!
INSERT INTO feed_messages (request_id, chat_id, message_id, version)
VALUES (:request_id, :chat_id, :message_id, :version)
ON CONFLICT (request_id, chat_id) DO UPDATE SET message_id = excluded.message_id, version = excluded.version
WHERE feed_messages.version <= excluded.version;

-- name: feed_messages_of
SELECT request_id, chat_id, message_id, version FROM feed_messages WHERE request_id = :request_id ORDER BY chat_id;
