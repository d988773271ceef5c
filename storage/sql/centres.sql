-- name: centre_add
INSERT INTO centre_requests (
    id, number, year, centre, about, purpose, asker_id, subject_id, subject, chat, locale, status, version, open_slot,
    asked_at, consent_id, signed_digest, signed_text, signed_message, consent_due, release_consent, answer_due
) VALUES (
    :id, :number, :year, :centre, :about, :purpose, :asker_id, :subject_id, :subject, :chat, :locale, :status, 1,
    :open_slot, :asked_at, :consent_id, :signed_digest, :signed_text, :signed_message, :consent_due, :release_consent,
    :answer_due
) ON CONFLICT (open_slot) DO NOTHING RETURNING id;

-- name: centre_subject
-- One row for every IIN: NULL where nobody has it.
SELECT (SELECT p.id FROM people p WHERE p.iin_index = :subject_index AND p.card IS NOT NULL);

-- name: centre_by_id
SELECT r.id, r.number, r.centre, r.about, r.purpose, r.asker_id, r.subject_id, r.subject, r.chat, r.locale, r.status,
       r.version, r.asked_at, r.consent_due, r.release_consent, r.answer_due, r.tries, r.issued_at, r.valid_until,
       (SELECT c.outcome FROM consents c WHERE c.id = r.release_consent)
FROM centre_requests r WHERE r.id = :id;

-- name: centre_by_slot
SELECT r.id, r.number, r.centre, r.about, r.purpose, r.asker_id, r.subject_id, r.subject, r.chat, r.locale, r.status,
       r.version, r.asked_at, r.consent_due, r.release_consent, r.answer_due, r.tries, r.issued_at, r.valid_until,
       (SELECT c.outcome FROM consents c WHERE c.id = r.release_consent)
FROM centre_requests r WHERE r.open_slot = :open_slot;

-- name: centres_of_asker
SELECT r.id, r.number, r.centre, r.about, r.purpose, r.asker_id, r.subject_id, r.subject, r.chat, r.locale, r.status,
       r.version, r.asked_at, r.consent_due, r.release_consent, r.answer_due, r.tries, r.issued_at, r.valid_until,
       (SELECT c.outcome FROM consents c WHERE c.id = r.release_consent)
FROM centre_requests r WHERE r.asker_id = :asker_id ORDER BY r.id DESC LIMIT :most;

-- name: centre_by_check
SELECT r.id, r.number, r.centre, r.about, r.purpose, r.asker_id, r.subject_id, r.subject, r.chat, r.locale, r.status,
       r.version, r.asked_at, r.consent_due, r.release_consent, r.answer_due, r.tries, r.issued_at, r.valid_until,
       (SELECT c.outcome FROM consents c WHERE c.id = r.release_consent), r.check_code, r.result
FROM centre_requests r WHERE r.check_index = :check_index;

-- name: centre_result
SELECT result, check_code FROM centre_requests WHERE id = :id AND status = 'ready';

-- name: centre_move
-- Of a person who was erased while it was open the IIN goes once it is closed.
UPDATE centre_requests SET
    subject = CASE WHEN CAST(:closed_at AS BIGINT) IS NOT NULL AND EXISTS (
        SELECT 1 FROM people p WHERE p.id = centre_requests.subject_id AND p.card IS NULL
    ) THEN NULL ELSE subject END,
    status = :status, version = version + 1,
    open_slot = CASE WHEN CAST(:closed_at AS BIGINT) IS NULL THEN open_slot ELSE NULL END,
    release_consent = COALESCE(CAST(:release_consent AS BIGINT), release_consent),
    answer_due = COALESCE(CAST(:answer_due AS BIGINT), answer_due),
    breached_at = COALESCE(breached_at, CAST(:breached_at AS BIGINT)),
    ground = CAST(:ground AS TEXT),
    closed_at = CAST(:closed_at AS BIGINT)
WHERE id = :id AND version = :version RETURNING version;

-- name: centre_issue
UPDATE centre_requests SET
    status = 'ready', version = version + 1, open_slot = NULL, closed_at = :now, issued_at = :now,
    valid_until = :valid_until, result = :result, check_code = :check_code, check_index = :check_index
WHERE id = :id AND version = :version AND status IN ('asking', 'delayed') RETURNING version;

-- name: centre_tried
UPDATE centre_requests SET tries = tries + 1 WHERE id = :id AND status IN ('asking', 'delayed') RETURNING tries;

-- name: centre_mark!
INSERT INTO centre_marks (request_id, no, status, at, actor) VALUES (:request_id, :no, :status, :at, :actor);

-- name: centre_marks
SELECT status, at, actor FROM centre_marks WHERE request_id = :request_id ORDER BY no;

-- name: centre_consent_stands
SELECT c.id FROM consents c, people p
WHERE c.id = :consent_id AND c.outcome = 'given' AND c.subject_id = p.id AND p.id = :subject_id AND p.card IS NOT NULL;

-- name: centre_link_add!
INSERT INTO centre_links (id, request_id, person_id, token_hash, made_at, expires_at)
VALUES (:id, :request_id, :person_id, :token_hash, :now, :expires_at);

-- name: centre_links_end!
-- A new link ends those before it: one opens at a time.
UPDATE centre_links SET expires_at = :now
WHERE request_id = :request_id AND opened_at IS NULL AND expires_at > :now;

-- name: centre_link_alive
SELECT id FROM centre_links WHERE token_hash = :token_hash AND opened_at IS NULL AND expires_at > :now;

-- name: centre_link_open
UPDATE centre_links SET opened_at = :now
WHERE token_hash = :token_hash AND opened_at IS NULL AND expires_at > :now RETURNING id, request_id, person_id;

-- name: centre_look!
INSERT INTO centre_looks (id, request_id, subject_id, looker_id, link_id, at)
VALUES (:id, :request_id, :subject_id, :looker_id, :link_id, :now);

-- name: centre_looks_at
SELECT l.id, l.request_id, l.looker_id, l.at, r.number, r.centre, r.purpose
FROM centre_looks l JOIN centre_requests r ON r.id = l.request_id
WHERE l.subject_id = :subject_id ORDER BY l.id DESC LIMIT :most;

-- name: centres_breached
SELECT count(*) FROM centre_requests WHERE breached_at >= :since AND breached_at < :until;

-- name: centres_delayed
SELECT count(*) FROM centre_requests WHERE status = 'delayed';

-- name: centre_mark_cancel_of_person!
-- Before they are cancelled: the step is marked as every other, and so it is told to the monitoring system.
INSERT INTO centre_marks (request_id, no, status, at, actor)
SELECT r.id, r.version + 1, 'cancelled', CAST(:now AS BIGINT), CAST(:actor AS TEXT) FROM centre_requests r
WHERE r.asker_id = :person_id AND r.closed_at IS NULL;

-- name: centre_cancel_of_person!
UPDATE centre_requests SET status = 'cancelled', version = version + 1, open_slot = NULL, closed_at = :now
WHERE asker_id = :person_id AND closed_at IS NULL;

-- name: erase_centre_requests!
-- What another still asks about this person shows the digits that they typed until it ends: were they gone, the
-- asker would learn that somebody had this IIN (S19).
UPDATE centre_requests SET
    subject = CASE WHEN asker_id <> :person_id AND closed_at IS NULL THEN subject ELSE NULL END,
    result = NULL, check_code = NULL, check_index = NULL
WHERE asker_id = :person_id OR subject_id = :person_id;

-- name: erase_centre_askers!
UPDATE centre_requests SET signed_text = NULL, chat = NULL WHERE asker_id = :person_id;

-- name: prune_centre_results
-- A result that has expired is shown to nobody any more: that there was one is all that is kept.
UPDATE centre_requests SET result = NULL, check_code = NULL
WHERE valid_until < :before AND (result IS NOT NULL OR check_code IS NOT NULL) RETURNING id;

-- name: prune_centre_links
-- Those that were opened stand behind a look, and stay.
DELETE FROM centre_links WHERE expires_at < :before AND opened_at IS NULL RETURNING id;

-- name: prune_centre_requests
UPDATE centre_requests SET subject = NULL, signed_text = NULL, chat = NULL
WHERE closed_at < :before AND (subject IS NOT NULL OR signed_text IS NOT NULL OR chat IS NOT NULL) RETURNING id;

-- name: sealed_centre_requests_subject
SELECT id, id, subject FROM centre_requests WHERE subject IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_centre_requests_subject!
UPDATE centre_requests SET subject = :blob WHERE id = :key;

-- name: sealed_centre_requests_signed_text
SELECT id, id, signed_text FROM centre_requests WHERE signed_text IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_centre_requests_signed_text!
UPDATE centre_requests SET signed_text = :blob WHERE id = :key;

-- name: sealed_centre_requests_result
SELECT id, id, result FROM centre_requests WHERE result IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_centre_requests_result!
UPDATE centre_requests SET result = :blob WHERE id = :key;

-- name: sealed_centre_requests_check_code
SELECT id, id, check_code FROM centre_requests WHERE check_code IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_centre_requests_check_code!
UPDATE centre_requests SET check_code = :blob WHERE id = :key;

-- name: rotate_centre_results
SELECT id, number, check_code, check_index FROM centre_requests
WHERE id > :after AND check_index IS NOT NULL AND check_code IS NOT NULL ORDER BY id LIMIT :most;

-- name: rotate_centre_result!
UPDATE centre_requests SET check_index = :check_index WHERE id = :id;
