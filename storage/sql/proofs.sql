-- name: proof_consent
SELECT c.id, p.salt, p.fields_digest, p.entry, c.text_shown, c.phone, c.reply,
       c.kind, c.purpose, c.subject_id, c.asker_channel,
       CASE WHEN c.asker_channel = 'sms' THEN NULL ELSE c.asker_key END, c.conversation_id, c.valid_until,
       c.text_id, c.text_version, c.text_digest, c.language, c.details_digest, c.source_of_phone, c.challenge_id,
       c.reply_inbox_id, c.reply_channel, c.asked_at, c.answered_at, c.outcome, c.withdrawn_at
FROM consents c LEFT JOIN proofs p ON p.record = 'consent:' || c.id
WHERE c.id = :id;

-- name: proofs_consent
-- The same columns, and what the chain says of each row's last step.
SELECT c.id, p.salt, p.fields_digest, p.entry, c.text_shown, c.phone, c.reply,
       c.kind, c.purpose, c.subject_id, c.asker_channel,
       CASE WHEN c.asker_channel = 'sms' THEN NULL ELSE c.asker_key END, c.conversation_id, c.valid_until,
       c.text_id, c.text_version, c.text_digest, c.language, c.details_digest, c.source_of_phone, c.challenge_id,
       c.reply_inbox_id, c.reply_channel, c.asked_at, c.answered_at, c.outcome, c.withdrawn_at,
       a.subject, a.digest
FROM consents c LEFT JOIN proofs p ON p.record = 'consent:' || c.id LEFT JOIN audit a ON a.seq = p.entry
WHERE c.id > :after ORDER BY c.id LIMIT :most;

-- name: proofs_consent_gone
-- Proofs whose row is not there any more: only what was removed in due course may be so.
SELECT p.record, a.subject, a.digest FROM proofs p LEFT JOIN audit a ON a.seq = p.entry
WHERE p.record LIKE 'consent:%'
  AND NOT EXISTS (SELECT 1 FROM consents c WHERE c.id = CAST(substr(p.record, 9) AS BIGINT))
ORDER BY p.entry;

-- name: proofs_behind
-- What the chain tells of a record later than its proof does, or where the proof is gone.
SELECT a.subject, a.seq FROM audit a
WHERE (a.action LIKE 'consent.%' OR a.action LIKE 'consent_request.%' OR a.action = 'consents.adopted')
  AND NOT EXISTS (SELECT 1 FROM proofs p WHERE p.record = a.subject AND p.entry >= a.seq)
ORDER BY a.seq LIMIT 100;

-- name: proof_put!
INSERT INTO proofs (record, salt, fields_digest, entry) VALUES (:record, :salt, :fields_digest, :entry)
ON CONFLICT (record) DO UPDATE SET salt = excluded.salt, fields_digest = excluded.fields_digest, entry = excluded.entry;

-- name: proof_removed!
-- Also of a row that is older than proofs are, and went before it could be taken over.
INSERT INTO proofs (record, salt, fields_digest, entry) VALUES (:record, NULL, :fields_digest, :entry)
ON CONFLICT (record) DO UPDATE SET salt = NULL, entry = excluded.entry;

-- name: proof_of
SELECT record, entry FROM proofs WHERE record = :record;

-- name: proofs_adopted_before
SELECT seq FROM audit WHERE action = 'consents.adopted' LIMIT 1;

-- name: proofs_begun
-- The first code asked for with proofs, or the taking over of what is older: before either there is none.
SELECT seq FROM audit WHERE action IN ('consents.adopted', 'consent.asked') LIMIT 1;

-- name: proofs_missing
SELECT c.id FROM consents c WHERE NOT EXISTS (SELECT 1 FROM proofs p WHERE p.record = 'consent:' || c.id)
ORDER BY c.id;

-- name: proof_consent_request
SELECT r.id, p.salt, p.fields_digest, p.entry, r.asker_name,
       r.consent_id, r.matter, r.matter_id, r.number, r.asker_id, r.asker_clinic, r.subject_id, r.answers_id,
       r.what, r.purpose, r.reached, r.state, r.way, r.asked_at, r.ends_at, r.answered_at, r.used_at
FROM consent_requests r LEFT JOIN proofs p ON p.record = 'consent_request:' || r.id
WHERE r.id = :id;

-- name: proofs_consent_request
SELECT r.id, p.salt, p.fields_digest, p.entry, r.asker_name,
       r.consent_id, r.matter, r.matter_id, r.number, r.asker_id, r.asker_clinic, r.subject_id, r.answers_id,
       r.what, r.purpose, r.reached, r.state, r.way, r.asked_at, r.ends_at, r.answered_at, r.used_at,
       a.subject, a.digest
FROM consent_requests r LEFT JOIN proofs p ON p.record = 'consent_request:' || r.id
LEFT JOIN audit a ON a.seq = p.entry
WHERE r.id > :after ORDER BY r.id LIMIT :most;

-- name: proofs_consent_request_gone
SELECT p.record, a.subject, a.digest FROM proofs p LEFT JOIN audit a ON a.seq = p.entry
WHERE p.record LIKE 'consent_request:%'
  AND NOT EXISTS (SELECT 1 FROM consent_requests r WHERE r.id = CAST(substr(p.record, 17) AS BIGINT))
ORDER BY p.entry;
