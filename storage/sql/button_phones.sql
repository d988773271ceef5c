-- name: sms_stopped
SELECT since FROM sms_stopped WHERE phone_key = :phone_key;

-- name: sms_stop
INSERT INTO sms_stopped (id, phone_key, phone, since) VALUES (:id, :phone_key, :phone, :now)
ON CONFLICT (phone_key) DO NOTHING
RETURNING since;

-- name: sms_start
DELETE FROM sms_stopped WHERE phone_key = :phone_key RETURNING since;

-- name: outbox_cancel_of_stopped!
-- What holds a code is erased with it.
UPDATE outbox SET status = 'cancelled', leased_by = NULL, lease_until = NULL,
       body = CASE WHEN kind = 'consent' THEN NULL ELSE body END
WHERE channel = 'sms' AND channel <> 'telegram' AND address_key = :address_key AND status = 'waiting' AND kind NOT IN ('code', 'stop');

-- name: address_day
SELECT answers, misses, guesses FROM address_days WHERE address = :address AND day = :day;

-- name: address_day_keep!
INSERT INTO address_days (address, day, answers, misses, guesses)
VALUES (:address, :day, :answers, :misses, :guesses)
ON CONFLICT (address, day) DO UPDATE
SET answers = excluded.answers, misses = excluded.misses, guesses = excluded.guesses;

-- name: handover_add!
INSERT INTO handovers (id, code_hash, to_channel, conversation_id, made_at, expires_at)
VALUES (:id, :code_hash, :to_channel, :conversation_id, :now, :expires_at);

-- name: handovers_end!
UPDATE handovers SET ended_at = :now WHERE conversation_id = :conversation_id AND ended_at IS NULL;

-- name: handover_live
SELECT h.id, h.conversation_id, h.expires_at FROM handovers h JOIN conversations c ON c.id = h.conversation_id
WHERE h.code_hash = :code_hash AND h.to_channel = :to_channel AND h.ended_at IS NULL AND h.expires_at > :now
  AND c.state = 'open';

-- name: handovers_live
SELECT 1 FROM handovers WHERE to_channel = :to_channel AND ended_at IS NULL AND expires_at > :now LIMIT 1;

-- name: handover_take
UPDATE handovers SET ended_at = :now WHERE id = :id AND ended_at IS NULL AND expires_at > :now RETURNING id;

-- name: sms_stopped_all
SELECT id, phone, phone_key FROM sms_stopped ORDER BY id;

-- name: rotate_sms_stopped!
UPDATE sms_stopped SET phone_key = :phone_key WHERE id = :id;

-- name: sms_pages_last
SELECT status, sent_at FROM outbox
WHERE channel = 'sms' AND channel <> 'telegram' AND address_key = :address_key AND kind IN ('talk', 'code') ORDER BY id DESC LIMIT 2;

-- name: sms_told_of
-- What is open and told to that phone by SMS alone, the newest first.
SELECT clinic_no, locale FROM requests
WHERE channel = 'sms' AND address_key = :address_key AND closed_at IS NULL ORDER BY id DESC LIMIT 1;

-- name: sms_is_phone_of
SELECT id FROM people WHERE id = :person_id AND phone_index = :phone_index;
