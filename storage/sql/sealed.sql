-- name: sealed_inbox_body
SELECT id, id, body FROM inbox WHERE body IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_inbox_body!
UPDATE inbox SET body = :blob WHERE id = :key;

-- name: sealed_outbox_body
SELECT id, id, body FROM outbox WHERE body IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_outbox_body!
UPDATE outbox SET body = :blob WHERE id = :key;

-- name: sealed_outbox_address
SELECT id, id, address FROM outbox WHERE address IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_outbox_address!
UPDATE outbox SET address = :blob WHERE id = :key;

-- name: sealed_conversations_journal
SELECT id, id, journal FROM conversations WHERE journal IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_conversations_journal!
UPDATE conversations SET journal = :blob WHERE id = :key;

-- name: sealed_people_card
SELECT id, id, card FROM people WHERE card IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_people_card!
UPDATE people SET card = :blob WHERE id = :key;

-- name: sealed_doctors_full_name
SELECT doctor_no, doctor_no, full_name FROM doctors WHERE full_name IS NOT NULL AND doctor_no > :after ORDER BY doctor_no LIMIT :most;

-- name: reseal_doctors_full_name!
UPDATE doctors SET full_name = :blob WHERE doctor_no = :key;

-- name: sealed_requests_details
SELECT id, id, details FROM requests WHERE details IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_requests_details!
UPDATE requests SET details = :blob WHERE id = :key;

-- name: sealed_requests_signed_text
SELECT id, id, signed_text FROM requests WHERE signed_text IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_requests_signed_text!
UPDATE requests SET signed_text = :blob WHERE id = :key;

-- name: sealed_requests_address
SELECT id, id, address FROM requests WHERE address IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_requests_address!
UPDATE requests SET address = :blob WHERE id = :key;

-- name: sealed_requests_doctor_name
SELECT id, id, doctor_name FROM requests WHERE doctor_name IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_requests_doctor_name!
UPDATE requests SET doctor_name = :blob WHERE id = :key;

-- name: sealed_consents_text_shown
SELECT id, id, text_shown FROM consents WHERE text_shown IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_consents_text_shown!
UPDATE consents SET text_shown = :blob WHERE id = :key;

-- name: sealed_consents_phone
SELECT id, id, phone FROM consents WHERE phone IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_consents_phone!
UPDATE consents SET phone = :blob WHERE id = :key;

-- name: sealed_consents_reply
SELECT id, id, reply FROM consents WHERE reply IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_consents_reply!
UPDATE consents SET reply = :blob WHERE id = :key;

-- name: sealed_chats_last_menu
SELECT channel || ':' || address_key, channel || ':' || address_key, last_menu FROM chats WHERE last_menu IS NOT NULL AND channel || ':' || address_key > :after ORDER BY channel || ':' || address_key LIMIT :most;

-- name: reseal_chats_last_menu!
UPDATE chats SET last_menu = :blob WHERE channel || ':' || address_key = :key;

-- name: sealed_staff_name
SELECT CAST(telegram_id AS TEXT) || ' ' || CAST(clinic_no AS TEXT) || ' ' || role, telegram_id, name FROM staff WHERE name IS NOT NULL AND CAST(telegram_id AS TEXT) || ' ' || CAST(clinic_no AS TEXT) || ' ' || role > :after ORDER BY CAST(telegram_id AS TEXT) || ' ' || CAST(clinic_no AS TEXT) || ' ' || role LIMIT :most;

-- name: reseal_staff_name!
UPDATE staff SET name = :blob WHERE CAST(telegram_id AS TEXT) || ' ' || CAST(clinic_no AS TEXT) || ' ' || role = :key;

-- name: sealed_staff_phone
SELECT CAST(telegram_id AS TEXT) || ' ' || CAST(clinic_no AS TEXT) || ' ' || role, telegram_id, phone FROM staff WHERE phone IS NOT NULL AND CAST(telegram_id AS TEXT) || ' ' || CAST(clinic_no AS TEXT) || ' ' || role > :after ORDER BY CAST(telegram_id AS TEXT) || ' ' || CAST(clinic_no AS TEXT) || ' ' || role LIMIT :most;

-- name: reseal_staff_phone!
UPDATE staff SET phone = :blob WHERE CAST(telegram_id AS TEXT) || ' ' || CAST(clinic_no AS TEXT) || ' ' || role = :key;

-- name: sealed_invitations_phone
SELECT id, id, phone FROM invitations WHERE phone IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_invitations_phone!
UPDATE invitations SET phone = :blob WHERE id = :key;

-- name: sealed_invitations_name
SELECT id, id, name FROM invitations WHERE name IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_invitations_name!
UPDATE invitations SET name = :blob WHERE id = :key;

-- name: sealed_papers_facts
SELECT id, id, facts FROM papers WHERE facts IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_papers_facts!
UPDATE papers SET facts = :blob WHERE id = :key;

-- name: sealed_papers_pdf
SELECT id, id, pdf FROM papers WHERE pdf IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_papers_pdf!
UPDATE papers SET pdf = :blob WHERE id = :key;

-- name: sealed_papers_check_code
SELECT id, id, check_code FROM papers WHERE check_code IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_papers_check_code!
UPDATE papers SET check_code = :blob WHERE id = :key;

-- name: sealed_papers_signed_by
SELECT id, id, signed_by FROM papers WHERE signed_by IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_papers_signed_by!
UPDATE papers SET signed_by = :blob WHERE id = :key;

-- name: sealed_signers_full_name
SELECT id, id, full_name FROM signers WHERE full_name IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_signers_full_name!
UPDATE signers SET full_name = :blob WHERE id = :key;

-- name: sealed_journal_doctor_name
SELECT id, request_id, doctor_name FROM journal
WHERE doctor_name IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_journal_doctor_name!
UPDATE journal SET doctor_name = :blob WHERE id = :key;

-- name: sealed_work_questions_text
SELECT id, id, text FROM work_questions WHERE text IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_work_questions_text!
UPDATE work_questions SET text = :blob WHERE id = :key;

-- name: sealed_work_questions_answer
SELECT id, id, answer FROM work_questions WHERE answer IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_work_questions_answer!
UPDATE work_questions SET answer = :blob WHERE id = :key;

-- name: sealed_work_notes_text
SELECT id, id, text FROM work_notes WHERE text IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_work_notes_text!
UPDATE work_notes SET text = :blob WHERE id = :key;

-- name: sealed_hand_identities_document
SELECT id, id, document FROM hand_identities WHERE document IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_hand_identities_document!
UPDATE hand_identities SET document = :blob WHERE id = :key;

-- name: sealed_proofs_salt
SELECT record, record, salt FROM proofs WHERE salt IS NOT NULL AND record > :after ORDER BY record LIMIT :most;

-- name: reseal_proofs_salt!
UPDATE proofs SET salt = :blob WHERE record = :key;

-- name: sealed_sms_parts_body
SELECT id, id, body FROM sms_parts WHERE id > :after ORDER BY id LIMIT :most;

-- name: reseal_sms_parts_body!
UPDATE sms_parts SET body = :blob WHERE id = :key;

-- name: sealed_sms_stopped_phone
SELECT id, id, phone FROM sms_stopped WHERE id > :after ORDER BY id LIMIT :most;

-- name: reseal_sms_stopped_phone!
UPDATE sms_stopped SET phone = :blob WHERE id = :key;

-- name: sealed_consent_requests_asker_name
SELECT id, id, asker_name FROM consent_requests WHERE asker_name IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_consent_requests_asker_name!
UPDATE consent_requests SET asker_name = :blob WHERE id = :key;
