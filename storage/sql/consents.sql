-- name: consent_ask!
INSERT INTO consents (id, kind, purpose, subject_id, subject_index, asker_channel, asker_key, conversation_id,
                      text_id, text_version, text_digest, text_shown, language, details_digest, phone_index, phone,
                      source_of_phone, challenge_id, asked_at, outcome)
VALUES (:id, :kind, :purpose, :subject_id, :subject_index, :asker_channel, :asker_key, :conversation_id,
        :text_id, :text_version, :text_digest, :text_shown, :language, :details_digest, :phone_index, :phone,
        :source_of_phone, :challenge_id, :now, 'asked');

-- name: consent_give!
UPDATE consents SET outcome = 'given', answered_at = :now, last_used_at = :now, valid_until = :valid_until,
       reply_inbox_id = :inbox_id, reply_channel = :reply_channel, reply = :reply
WHERE id = :id AND outcome = 'asked';

-- name: consent_refuse
UPDATE consents SET outcome = 'refused', answered_at = :now
WHERE conversation_id = :conversation_id AND outcome = 'asked' RETURNING id;

-- name: consents_expire
UPDATE consents SET outcome = 'expired', answered_at = :now
WHERE outcome = 'asked' AND id IN (
    SELECT c.id FROM consents c WHERE c.outcome = 'asked' AND c.asked_at <= :asked_before AND c.kind <> 'third_party'
    ORDER BY c.asked_at LIMIT :most
)
RETURNING id;

-- name: consent_alive
-- What a phone has answered itself opens the gate on that phone, wherever it was asked for; and only as long
-- as it is the person's registered one.
SELECT id, purpose, subject_id, conversation_id, answered_at, last_used_at, outcome FROM consents
WHERE conversation_id = :conversation_id AND purpose = :purpose AND subject_index = :subject_index
  AND ((asker_channel = :channel AND asker_key = :address_key)
       OR (:channel = 'sms' AND reply_channel = 'sms' AND phone_index = :phone_index))
  AND (:channel <> 'sms' OR EXISTS (
      SELECT 1 FROM people p WHERE p.id = consents.subject_id AND p.phone_index = :phone_index))
  AND outcome = 'given' AND (valid_until IS NULL OR valid_until > :now)
ORDER BY answered_at DESC, id DESC LIMIT 1;

-- name: consent_alive_in_chat
SELECT id, purpose, subject_id, conversation_id, answered_at, last_used_at, outcome FROM consents
WHERE asker_channel = :channel AND asker_key = :address_key AND outcome = 'given' AND answered_at > :since
  AND (valid_until IS NULL OR valid_until > :now)
ORDER BY answered_at DESC, id DESC LIMIT 1;

-- name: consent_touch!
UPDATE consents SET last_used_at = :now WHERE id = :id AND outcome = 'given' AND last_used_at < :now;

-- name: consent_withdraw
UPDATE consents SET outcome = 'withdrawn', withdrawn_at = :now WHERE id = :id AND outcome = 'given' RETURNING id;

-- name: consents_forget_chat
UPDATE consents SET valid_until = :now
WHERE asker_channel = :channel AND asker_key = :address_key AND outcome = 'given'
  AND (valid_until IS NULL OR valid_until > :now) RETURNING id;

-- name: consent_record
SELECT c.id, c.kind, c.purpose, c.subject_id, c.asker_channel, c.asker_key, c.conversation_id, c.valid_until,
       c.text_id, c.text_version, c.text_digest, c.text_shown, c.language, c.details_digest, c.phone,
       c.source_of_phone, c.challenge_id, c.reply_inbox_id, c.reply_channel, c.reply, c.asked_at, c.answered_at,
       c.outcome, c.last_used_at, c.withdrawn_at,
       (SELECT o.id FROM outbox o WHERE o.challenge_id = c.challenge_id ORDER BY o.id LIMIT 1),
       (SELECT o.provider_id FROM outbox o WHERE o.challenge_id = c.challenge_id ORDER BY o.id LIMIT 1),
       (SELECT i.external_id FROM inbox i WHERE i.id = c.reply_inbox_id)
FROM consents c WHERE c.id = :id;

-- name: consent_of_inbox
SELECT id FROM consents
WHERE conversation_id = :conversation_id AND reply_inbox_id = :inbox_id AND kind = 'desk';

-- name: consent_give_aloud!
-- No code was sent: in the place of its challenge stands the consent's own id, which is no challenge's.
INSERT INTO consents (id, kind, purpose, subject_id, subject_index, asker_channel, asker_key, conversation_id,
                      valid_until, text_id, text_version, text_digest, text_shown, language, details_digest,
                      phone_index, phone, source_of_phone, challenge_id, reply_inbox_id, reply_channel, reply,
                      asked_at, answered_at, outcome, last_used_at)
VALUES (:id, :kind, :purpose, :subject_id, :subject_index, :asker_channel, :asker_key, :conversation_id,
        :valid_until, :text_id, :text_version, :text_digest, :text_shown, :language, :details_digest,
        :phone_index, :phone, :source_of_phone, :id, :inbox_id, :reply_channel, :reply,
        :now, :now, 'given', :now);
