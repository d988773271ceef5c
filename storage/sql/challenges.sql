-- name: guard_touch!
-- First of all: on PostgreSQL the row's lock makes the codes of one identity wait for each other.
INSERT INTO guards (subject_index, lane, touched_at) VALUES (:subject_index, 'strangers', :now), (:subject_index, 'known', :now)
ON CONFLICT (subject_index, lane) DO UPDATE SET touched_at = excluded.touched_at;

-- name: chat_iin_add!
INSERT INTO chat_iins (chat_key, day, subject_index)
SELECT CAST(:chat_key AS TEXT), CAST(:day AS TEXT), g.subject_index FROM guards g
WHERE g.subject_index = :subject_index AND g.lane = 'strangers' AND (SELECT count(*) FROM chat_iins WHERE chat_key = CAST(:chat_key AS TEXT) AND day = CAST(:day AS TEXT)) < :most
ON CONFLICT (chat_key, day, subject_index) DO NOTHING;

-- name: standing
SELECT p.id, p.card, p.phone_index,
       (SELECT count(*) FROM chat_iins i
        WHERE i.chat_key = :chat_key AND i.day = :day AND i.subject_index = :subject_index),
       (SELECT count(*) FROM known_chats k WHERE k.subject_index = :subject_index AND k.chat_key = :chat_key),
       (SELECT count(*) FROM known_chats k WHERE k.subject_index = :subject_index),
       s.locked_until, s.desk_only, k.locked_until, k.desk_only, p.language, a.clinic_no
FROM (SELECT 1 AS one) o
LEFT JOIN people p ON p.iin_index = :subject_index
LEFT JOIN attachments a ON a.person_id = p.id AND a.ended_at IS NULL
LEFT JOIN guards s ON s.subject_index = :subject_index AND s.lane = 'strangers'
LEFT JOIN guards k ON k.subject_index = :subject_index AND k.lane = 'known';

-- name: asked_last
SELECT issued_at, resend_step, state FROM challenges
WHERE subject_index = :subject_index AND address_key = :address_key AND channel = :channel AND purpose = :purpose
  AND issued_at > :since
ORDER BY issued_at DESC, id DESC LIMIT 1;

-- name: sends_lately
SELECT s.known_chat, s.sent_at FROM sends s
WHERE s.sent_at > :since AND s.really = 1
  AND (s.subject_index = :subject_index
       OR s.phone_index = (SELECT p.phone_index FROM people p WHERE p.iin_index = :subject_index));

-- name: outbox_cancel_superseded!
UPDATE outbox SET status = 'cancelled', leased_by = NULL, lease_until = NULL, body = NULL
WHERE status = 'waiting' AND challenge_id IN (
    SELECT c.id FROM challenges c
    WHERE c.state = 'live' AND c.subject_index = :subject_index AND c.purpose = :purpose
      AND (c.lane = :lane OR c.conversation_id = :conversation_id)
);

-- name: challenges_supersede!
UPDATE challenges SET state = 'dead'
WHERE state = 'live' AND subject_index = :subject_index AND purpose = :purpose
  AND (lane = :lane OR conversation_id = :conversation_id);

-- name: challenge_add!
INSERT INTO challenges (id, subject_index, person_id, purpose, lane, conversation_id, channel, address_key,
                        asker_index, details_digest, phone_index, code_hash, consent_id, issued_at, expires_at,
                        state, resend_step, known_chat)
VALUES (:id, :subject_index, :person_id, :purpose, :lane, :conversation_id, :channel, :address_key,
        :asker_index, :details_digest, :phone_index, :code_hash, :consent_id, :issued_at, :expires_at,
        'live', :resend_step, :known_chat);

-- name: send_add!
INSERT INTO sends (challenge_id, subject_index, phone_index, known_chat, really, sent_at)
VALUES (:challenge_id, :subject_index, :phone_index, :known_chat, :really, :now);

-- name: comparison_begin
INSERT INTO comparisons (inbox_id, outcome, at) VALUES (:inbox_id, 'no', :now)
ON CONFLICT (inbox_id) DO NOTHING
RETURNING inbox_id;

-- name: comparison_kept
SELECT c.outcome, c.consent_id, h.person_id, h.conversation_id, h.id
FROM comparisons c LEFT JOIN challenges h ON h.id = c.challenge_id WHERE c.inbox_id = :inbox_id;

-- name: comparison_won!
UPDATE comparisons SET outcome = 'yes', challenge_id = :challenge_id, consent_id = :consent_id
WHERE inbox_id = :inbox_id;

-- name: challenge_compare
UPDATE challenges SET comparisons = comparisons + 1
WHERE subject_index = :subject_index AND purpose = :purpose AND conversation_id = :conversation_id
  AND channel = :channel AND address_key = :address_key
  AND state = 'live' AND expires_at > :now AND comparisons < :most
RETURNING id, person_id, subject_index, conversation_id, consent_id, code_hash, details_digest, known_chat,
    (SELECT g.locked_until FROM guards g WHERE g.subject_index = challenges.subject_index
        AND g.lane = CASE WHEN challenges.known_chat = 1 THEN 'known' ELSE 'strangers' END),
    (SELECT g.desk_only FROM guards g WHERE g.subject_index = challenges.subject_index
        AND g.lane = CASE WHEN challenges.known_chat = 1 THEN 'known' ELSE 'strangers' END),
    channel, address_key, purpose;

-- name: challenge_compare_by_phone
UPDATE challenges SET comparisons = comparisons + 1
WHERE phone_index = :phone_index AND state = 'live' AND expires_at > :now AND comparisons < :most
RETURNING id, person_id, subject_index, conversation_id, consent_id, code_hash, details_digest, known_chat,
    (SELECT g.locked_until FROM guards g WHERE g.subject_index = challenges.subject_index
        AND g.lane = CASE WHEN challenges.known_chat = 1 THEN 'known' ELSE 'strangers' END),
    (SELECT g.desk_only FROM guards g WHERE g.subject_index = challenges.subject_index
        AND g.lane = CASE WHEN challenges.known_chat = 1 THEN 'known' ELSE 'strangers' END),
    channel, address_key, purpose;

-- name: challenge_use
UPDATE challenges SET state = 'used' WHERE id = :id AND state = 'live' RETURNING id;

-- name: challenge_spent!
UPDATE challenges SET state = 'dead' WHERE id = :id AND state = 'live' AND comparisons >= :most;

-- name: outbox_cancel_spent!
UPDATE outbox SET status = 'cancelled', leased_by = NULL, lease_until = NULL, body = NULL
WHERE challenge_id = :challenge_id AND status = 'waiting'
  AND EXISTS (SELECT 1 FROM challenges c WHERE c.id = :challenge_id AND c.state = 'dead');

-- name: guard_failed!
UPDATE guards SET failures = failures + 1, touched_at = :now,
       locked_until = CASE WHEN (failures + 1) % CAST(:to_lock AS INTEGER) = 0 THEN CAST(:lock_until AS BIGINT)
                      ELSE locked_until END,
       desk_only = CASE WHEN failures + 1 >= CAST(:to_desk AS INTEGER) THEN 1 ELSE desk_only END
WHERE subject_index = :subject_index AND lane = :lane AND (locked_until IS NULL OR locked_until <= :now);

-- name: guard_passed!
UPDATE guards SET failures = 0, locked_until = NULL, touched_at = :now
WHERE subject_index = :subject_index AND lane = :lane;

-- name: guard_unlock
UPDATE guards SET failures = 0, locked_until = NULL, desk_only = 0, touched_at = :now
WHERE subject_index = :subject_index
RETURNING lane;

-- name: known_chat_add!
INSERT INTO known_chats (subject_index, chat_key, since) VALUES (:subject_index, :chat_key, :now)
ON CONFLICT (subject_index, chat_key) DO NOTHING;

-- name: known_chat
SELECT since FROM known_chats WHERE subject_index = :subject_index AND chat_key = :chat_key;

-- name: known_chat_forget!
DELETE FROM known_chats WHERE chat_key = :chat_key;

-- name: challenges_end_of_person!
UPDATE challenges SET state = 'dead' WHERE person_id = :person_id AND state = 'live';

-- name: challenges_end_of_conversation!
UPDATE challenges SET state = 'dead' WHERE conversation_id = :conversation_id AND state = 'live';

-- name: outbox_cancel_of_conversation!
UPDATE outbox SET status = 'cancelled', leased_by = NULL, lease_until = NULL, body = NULL
WHERE status = 'waiting' AND challenge_id IN (
    SELECT c.id FROM challenges c WHERE c.state = 'live' AND c.conversation_id = :conversation_id
);

-- name: outbox_cancel_of_person!
UPDATE outbox SET status = 'cancelled', leased_by = NULL, lease_until = NULL, body = NULL
WHERE status = 'waiting' AND challenge_id IN (
    SELECT c.id FROM challenges c WHERE c.state = 'live' AND c.person_id = :person_id
);

-- name: challenges_expire
UPDATE challenges SET state = 'dead' WHERE state = 'live' AND expires_at <= :now RETURNING id;

-- name: challenges_end_all!
UPDATE challenges SET state = 'dead' WHERE state = 'live';

-- name: challenge_last_in
SELECT state FROM challenges
WHERE subject_index = :subject_index AND purpose = :purpose AND conversation_id = :conversation_id
ORDER BY issued_at DESC, id DESC LIMIT 1;

-- name: challenge_used_last
SELECT h.id, h.code_hash FROM consents c JOIN challenges h ON h.id = c.challenge_id
WHERE c.conversation_id = :conversation_id AND h.state = 'used'
ORDER BY h.issued_at DESC, h.id DESC LIMIT 1;

-- name: challenge_awaited_in
-- The chat that waits for this code, if the same identity was confirmed in it before: only there may be told
-- what became of the SMS.
SELECT c.address_key, v.locale FROM challenges c JOIN conversations v ON v.id = c.conversation_id
WHERE c.id = :id AND c.state = 'live' AND c.expires_at > :now AND c.known_chat = 1 AND c.channel = 'telegram'
  AND v.state = 'open';
