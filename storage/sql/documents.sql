-- name: document_number
INSERT INTO series (clinic_no, year, last) VALUES (:series, :year, 1)
ON CONFLICT (clinic_no, year) DO UPDATE SET last = series.last + 1
RETURNING last;

-- name: document_ask!
INSERT INTO document_requests (id, number, clinic_no, request_id, desk_case, staff_id, locale, subject_id, kind,
                               purpose, status, version, asked_at)
VALUES (:id, :number, :clinic_no, :request_id, :desk_case, :staff_id, :locale, :subject_id, :kind, :purpose,
        'asked', 1, :now);

-- name: document_by_id
SELECT id, number, clinic_no, request_id, desk_case, staff_id, locale, subject_id, kind, purpose, status, version,
       consent_id, asked_at, consented_at, began_at, ended_at
FROM document_requests WHERE id = :id;

-- name: documents_of_request
SELECT id, number, clinic_no, request_id, desk_case, staff_id, locale, subject_id, kind, purpose, status, version,
       consent_id, asked_at, consented_at, began_at, ended_at
FROM document_requests WHERE request_id = :request_id ORDER BY id;

-- name: documents_of_case
SELECT id, number, clinic_no, request_id, desk_case, staff_id, locale, subject_id, kind, purpose, status, version,
       consent_id, asked_at, consented_at, began_at, ended_at
FROM document_requests WHERE desk_case = :desk_case ORDER BY id;

-- name: documents_of_subject
SELECT id, number, clinic_no, request_id, desk_case, staff_id, locale, subject_id, kind, purpose, status, version,
       consent_id, asked_at, consented_at, began_at, ended_at
FROM document_requests WHERE subject_id = :person_id ORDER BY id;

-- name: document_move
-- One consent is of one request: another that would use it breaks the UNIQUE.
UPDATE document_requests SET status = :status, version = version + 1,
       consent_id = COALESCE(:consent_id, consent_id),
       consented_at = COALESCE(CAST(:consented_at AS BIGINT), consented_at),
       began_at = COALESCE(CAST(:began_at AS BIGINT), began_at),
       ended_at = COALESCE(CAST(:ended_at AS BIGINT), ended_at)
WHERE id = :id AND status = :before AND version = :version
RETURNING id;

-- name: document_message
-- The message that shows it: its number once Telegram has it, and whether it may leave yet.
SELECT CASE WHEN status = 'sent' THEN provider_id END, CASE WHEN status = 'waiting' THEN 1 ELSE 0 END
FROM outbox WHERE dedupe = :dedupe;

-- name: document_unsend!
UPDATE outbox SET status = 'cancelled', leased_by = NULL, lease_until = NULL, body = NULL
WHERE dedupe = :dedupe AND status = 'waiting';

-- name: document_cancel_of_person!
UPDATE document_requests SET status = 'withdrawn', version = version + 1, ended_at = :now
WHERE subject_id = :person_id AND status IN ('asked', 'consented', 'fetching');

-- name: document_unsend_of_person!
UPDATE outbox SET status = 'cancelled', leased_by = NULL, lease_until = NULL, body = NULL
WHERE status = 'waiting' AND kind = 'staff_document'
  AND dedupe IN (SELECT 'document:' || id FROM document_requests WHERE subject_id = :person_id);
