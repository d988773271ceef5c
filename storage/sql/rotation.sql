-- name: rotate_people
SELECT id, card, language, iin_index, phone_index FROM people
WHERE id > :after AND card IS NOT NULL ORDER BY id LIMIT :most;

-- name: rotate_person!
UPDATE people SET iin_index = :iin_index, phone_index = :phone_index,
       card_digest = CASE WHEN by_hand = 1 THEN card_digest ELSE :card_digest END
WHERE id = :id;

-- name: rotate_subjects_known_chats!
UPDATE known_chats SET subject_index = :new WHERE subject_index = :old;

-- name: rotate_subjects_guards!
UPDATE guards SET subject_index = :new WHERE subject_index = :old;

-- name: rotate_subjects_sends!
UPDATE sends SET subject_index = :new WHERE subject_index = :old;

-- name: rotate_subjects_chat_iins!
UPDATE chat_iins SET subject_index = :new WHERE subject_index = :old;

-- name: rotate_subjects_consents!
UPDATE consents SET subject_index = :new WHERE subject_index = :old;

-- name: rotate_subjects_challenges!
UPDATE challenges SET subject_index = :new WHERE subject_index = :old;

-- name: rotate_subjects
SELECT subject_index FROM known_chats UNION SELECT subject_index FROM guards UNION SELECT subject_index FROM sends
UNION SELECT subject_index FROM chat_iins UNION SELECT subject_index FROM consents
UNION SELECT subject_index FROM challenges UNION SELECT subject_index FROM consent_requests;

-- name: rotate_phones
SELECT phone_index FROM sends WHERE phone_index IS NOT NULL
UNION SELECT phone_index FROM consents WHERE phone_index IS NOT NULL
UNION SELECT phone_index FROM consent_requests WHERE phone_index IS NOT NULL;

-- name: rotate_phones_sends!
UPDATE sends SET phone_index = :new WHERE phone_index = :old;

-- name: rotate_phones_consents!
UPDATE consents SET phone_index = :new WHERE phone_index = :old;

-- name: rotate_addresses
SELECT address_key FROM inbox WHERE channel = 'sms' AND done_at IS NULL
UNION SELECT address_key FROM outbox WHERE channel = 'sms' AND status = 'waiting'
UNION SELECT address_key FROM chats WHERE channel = 'sms'
UNION SELECT address_key FROM conversations WHERE channel = 'sms' AND state <> 'closed'
UNION SELECT address_key FROM requests WHERE channel = 'sms'
UNION SELECT asker_key FROM consents WHERE asker_channel = 'sms';

-- name: rotate_addresses_inbox!
UPDATE inbox SET address_key = :new WHERE channel = 'sms' AND address_key = :old;

-- name: rotate_addresses_outbox!
UPDATE outbox SET address_key = :new WHERE channel = 'sms' AND address_key = :old;

-- name: rotate_addresses_chats!
-- The menu was sealed for the row under its old name, and is only a convenience.
UPDATE chats SET address_key = :new, last_menu = NULL WHERE channel = 'sms' AND address_key = :old;

-- name: rotate_addresses_conversations!
UPDATE conversations SET address_key = :new WHERE channel = 'sms' AND address_key = :old;

-- name: rotate_addresses_requests!
UPDATE requests SET address_key = :new WHERE channel = 'sms' AND address_key = :old;

-- name: rotate_addresses_consents!
UPDATE consents SET asker_key = :new WHERE asker_channel = 'sms' AND asker_key = :old;

-- name: rotate_addresses_known_chats!
UPDATE known_chats SET chat_key = 'sms:' || CAST(:new AS TEXT) WHERE chat_key = 'sms:' || CAST(:old AS TEXT);

-- name: rotate_staff_codes!
DELETE FROM staff_codes WHERE used_at IS NULL;

-- name: rotate_invitations!
DELETE FROM invitations WHERE ended_at IS NULL;

-- name: rotate_papers
SELECT id, number, check_code, check_index FROM papers WHERE id > :after ORDER BY id LIMIT :most;

-- name: rotate_paper!
UPDATE papers SET check_index = :check_index WHERE id = :id;

-- name: rotate_subjects_consent_requests!
UPDATE consent_requests SET subject_index = :new WHERE subject_index = :old;

-- name: rotate_phones_consent_requests!
UPDATE consent_requests SET phone_index = :new WHERE phone_index = :old;
