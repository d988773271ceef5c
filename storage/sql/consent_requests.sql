-- name: consent_subject
-- Whoever is asked about, whoever answers for a child, and how often: one row for every IIN alike (S19).
SELECT p.id, p.card, p.phone_index, p.language, g.id, g.card, g.phone_index, g.language,
       (SELECT a.phone_index FROM people a WHERE a.id = CAST(:asker_id AS BIGINT)),
       (SELECT count(*) FROM asker_blocks b WHERE b.subject_id = p.id AND b.asker = :asker),
       (SELECT count(*) FROM consent_requests r
        WHERE r.subject_index = :subject_index AND r.reached = 1 AND r.asked_at > :since),
       (SELECT count(*) FROM consent_requests r
        WHERE r.answers_id = p.id AND r.reached = 1 AND r.asked_at > :since),
       (SELECT count(*) FROM consent_requests r
        WHERE r.answers_id = g.id AND r.reached = 1 AND r.asked_at > :since),
       (SELECT count(*) FROM consent_requests r
        WHERE r.asker_id = CAST(:asker_id AS BIGINT) AND r.asked_at > :since)
FROM (SELECT 1 AS one) o
LEFT JOIN people p ON p.iin_index = :subject_index AND p.card IS NOT NULL
LEFT JOIN people g ON g.card IS NOT NULL AND g.id = (
    SELECT w.guardian_id FROM guardians w JOIN people q ON q.id = w.guardian_id
    WHERE w.child_id = p.id AND w.valid_from <= :today AND (w.valid_to IS NULL OR w.valid_to >= :today)
    ORDER BY CASE WHEN w.guardian_id = CAST(:asker_id AS BIGINT) THEN 0
             WHEN q.phone_index IS NOT NULL THEN 1 ELSE 2 END, w.valid_from, w.guardian_id
    LIMIT 1
);

-- name: consent_chat
-- Where this person was last confirmed to talk to us, unless it is where the asker talks.
SELECT c.address_key, c.locale FROM chats c
WHERE c.confirmed_person = :person_id AND c.channel = 'telegram' AND c.address_key <> :asker_chat
ORDER BY c.confirmed_at DESC LIMIT 1;

-- name: consent_request_add!
INSERT INTO consent_requests (id, consent_id, matter, matter_id, number, asker_id, asker_clinic, asker_index,
                              asker_name, subject_index, subject_id, answers_id, phone_index, what, purpose,
                              code_hash, reached, state, asked_at, ends_at)
VALUES (:id, :consent_id, :matter, :matter_id, :number, :asker_id, :asker_clinic, :asker_index,
        :asker_name, :subject_index, :subject_id, :answers_id, :phone_index, :what, :purpose,
        :code_hash, :reached, 'waiting', :now, :ends_at);

-- name: consent_asked_lately
SELECT count(*) FROM consent_requests WHERE asker_id = :asker_id AND asked_at > :since;

-- name: consent_reply_begin
INSERT INTO consent_replies (inbox_id, outcome, phone_index, at) VALUES (:inbox_id, 'no_match', :phone_index, :now)
ON CONFLICT (inbox_id) DO NOTHING
RETURNING inbox_id;

-- name: consent_reply_set!
UPDATE consent_replies SET outcome = :outcome, request_id = :request_id WHERE inbox_id = :inbox_id;

-- name: consent_compare_by_phone
UPDATE consent_requests SET comparisons = comparisons + 1
WHERE phone_index = :phone_index AND reached = 1 AND ends_at > :now AND comparisons < :most
  AND state IN ('waiting', 'given', 'refused')
RETURNING id, code_hash;

-- name: consent_compare_by_person
-- Never in the chat in which the asker asked.
UPDATE consent_requests SET comparisons = comparisons + 1
WHERE answers_id = :answers_id AND reached = 1 AND ends_at > :now AND comparisons < :most
  AND state = 'waiting' AND (asker_index IS NULL OR asker_index <> :chat_index)
RETURNING id, code_hash;

-- name: consent_open_of_phone
SELECT id, number, code_hash FROM consent_requests
WHERE phone_index = :phone_index AND reached = 1 AND state = 'waiting' AND ends_at > :now ORDER BY id;

-- name: consent_given_of_phone
-- By the phone that the registry has now for whoever answered (S1). The numbers begin anew each year.
SELECT r.id, r.number FROM consent_requests r JOIN people p ON p.id = r.answers_id
WHERE p.phone_index = :phone_index AND r.number = :number AND r.state = 'given' ORDER BY r.id DESC;

-- name: consent_open_of_person
SELECT id, number FROM consent_requests
WHERE answers_id = :answers_id AND reached = 1 AND state = 'waiting' AND ends_at > :now
  AND (asker_index IS NULL OR asker_index <> :chat_index)
ORDER BY id;

-- name: consent_request_by_id
SELECT id, consent_id, matter, matter_id, number, asker_id, asker_clinic, asker_name, subject_id, answers_id,
       what, purpose, state, way, asked_at, ends_at, answered_at, used_at, reached
FROM consent_requests WHERE id = :id;

-- name: consent_request_of_matter
SELECT id, consent_id, matter, matter_id, number, asker_id, asker_clinic, asker_name, subject_id, answers_id,
       what, purpose, state, way, asked_at, ends_at, answered_at, used_at, reached
FROM consent_requests WHERE matter = :matter AND matter_id = :matter_id;

-- name: consent_requests_about
-- What was asked about this person, or of them about a child; the newest first.
SELECT id, consent_id, matter, matter_id, number, asker_id, asker_clinic, asker_name, subject_id, answers_id,
       what, purpose, state, way, asked_at, ends_at, answered_at, used_at, reached
FROM consent_requests WHERE (subject_id = :person_id OR answers_id = :person_id) AND id < :before
ORDER BY id DESC LIMIT :most;

-- name: consent_request_answer
UPDATE consent_requests SET state = :state, way = :way, answered_at = :now
WHERE id = :id AND state = 'waiting' AND ends_at > :now
RETURNING id;

-- name: consent_request_end
UPDATE consent_requests SET state = :state, answered_at = :now WHERE id = :id AND state = 'waiting' RETURNING id;

-- name: consent_request_withdraw
UPDATE consent_requests SET state = 'withdrawn' WHERE id = :id AND state = 'given' RETURNING id;

-- name: consent_request_spend
UPDATE consent_requests SET used_at = :now
WHERE matter = :matter AND matter_id = :matter_id AND state = 'given' AND used_at IS NULL
  AND (SELECT c.outcome FROM consents c WHERE c.id = consent_requests.consent_id
       AND c.valid_until > :now) = 'given'
RETURNING consent_id;

-- name: consent_request_holds
SELECT r.consent_id FROM consent_requests r JOIN consents c ON c.id = r.consent_id
WHERE r.matter = :matter AND r.matter_id = :matter_id AND r.state = 'given'
  AND c.outcome = 'given' AND c.valid_until > :now;

-- name: consent_settle!
UPDATE consents SET outcome = :outcome, answered_at = :now, valid_until = :valid_until, last_used_at = :last_used_at,
       reply_inbox_id = :inbox_id, reply_channel = :reply_channel, reply = :reply
WHERE id = :id AND outcome = 'asked';

-- name: consent_lost!
UPDATE consents SET outcome = 'expired', answered_at = :now WHERE id = :id AND outcome = 'asked';

-- name: asker_block_add
INSERT INTO asker_blocks (subject_id, asker, since) VALUES (:subject_id, :asker, :now)
ON CONFLICT (subject_id, asker) DO NOTHING
RETURNING subject_id;

-- name: asker_block_remove
DELETE FROM asker_blocks WHERE subject_id = :subject_id AND asker = :asker RETURNING subject_id;

-- name: asker_blocks_of
SELECT asker, since FROM asker_blocks WHERE subject_id = :subject_id ORDER BY since, asker;

-- name: consent_waiting_from_asker
SELECT id FROM consent_requests
WHERE subject_id = :subject_id AND state = 'waiting' AND ends_at > :now
  AND (asker_id = CAST(:asker_id AS BIGINT) OR asker_clinic = CAST(:asker_clinic AS INTEGER))
ORDER BY id;

-- name: sms_sent_last
SELECT kind FROM outbox
WHERE channel = 'sms' AND channel <> 'telegram' AND address_key = :address_key AND status NOT IN ('cancelled', 'expired') AND not_before <= :now
ORDER BY COALESCE(sent_at, not_before) DESC, id DESC LIMIT 1;

-- name: identity_awaited_from
SELECT id FROM challenges WHERE phone_index = :phone_index AND state = 'live' AND expires_at > :now LIMIT 1;

-- name: identity_awaited_in
SELECT id FROM challenges WHERE conversation_id = :conversation_id AND state = 'live' AND expires_at > :now LIMIT 1;

-- name: consent_reply_forgive!
-- The same SMS held an identity's code: what it was compared with before was no guess at a consent.
UPDATE consent_requests SET comparisons = comparisons - 1
WHERE comparisons > 0 AND state IN ('waiting', 'given', 'refused') AND phone_index = (
    SELECT r.phone_index FROM consent_replies r
    WHERE r.inbox_id = :inbox_id AND r.outcome = 'no_match' AND r.forgiven = 0
) AND asked_at <= (SELECT r.at FROM consent_replies r WHERE r.inbox_id = :inbox_id);

-- name: consent_reply_forgiven!
UPDATE consent_replies SET forgiven = 1 WHERE inbox_id = :inbox_id;

-- name: consent_requests_end_of_person
-- Nobody is left to answer, or to be told.
UPDATE consent_requests SET state = CASE WHEN asker_id = :person_id THEN 'called_off' ELSE 'expired' END, answered_at = :now
WHERE state = 'waiting' AND (asker_id = :person_id OR subject_id = :person_id OR answers_id = :person_id)
RETURNING id, consent_id;

-- name: consent_requests_withdraw_of_person
UPDATE consent_requests SET state = 'withdrawn'
WHERE state = 'given' AND (subject_id = :person_id OR answers_id = :person_id) RETURNING id, consent_id;

-- name: consent_codes_end_of_person!
-- Their phone is another one: the code that went to the old one answers nothing, nor does a word from there.
UPDATE consent_requests SET phone_index = NULL, comparisons = :most
WHERE answers_id = :person_id AND state IN ('waiting', 'given', 'refused');

-- name: consent_sms_cancel_of_person!
UPDATE outbox SET status = 'cancelled', leased_by = NULL, lease_until = NULL, body = NULL
WHERE status = 'waiting' AND channel = 'sms' AND challenge_id IN (
    SELECT r.consent_id FROM consent_requests r WHERE r.answers_id = :person_id AND r.state = 'waiting'
);

-- name: consent_hint_given
SELECT id FROM outbox WHERE dedupe = :dedupe;

-- name: consent_requests_end_all
UPDATE consent_requests SET state = 'expired', answered_at = :now WHERE state = 'waiting' RETURNING id, consent_id;
