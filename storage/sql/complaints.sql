-- name: complaint_add
INSERT INTO complaints (
    id, number, year, clinic_no, matter, matter_id, service, person_id, way, received_on, addressee, answer_way,
    full_name, iin, postal_address, phone, words, chat, locale, status, version, open_slot, filed_at, consent_id,
    signed_digest, signed_text, signed_message
) VALUES (
    :id, :number, :year, :clinic_no, :matter, :matter_id, :service, :person_id, :way, :received_on, :addressee,
    :answer_way, :full_name, :iin, :postal_address, :phone, :words, :chat, :locale, 'delivered', 1, :open_slot,
    :filed_at, :consent_id, :signed_digest, :signed_text, :signed_message
) ON CONFLICT (open_slot) DO NOTHING RETURNING id;

-- name: complaint_by_id
SELECT id, number, year, clinic_no, matter, matter_id, service, person_id, way, received_on, addressee, answer_way,
       chat, locale, status, version, filed_at, closed_at, full_name, iin, postal_address, phone, words, official
FROM complaints WHERE id = :id;

-- name: complaint_by_number
SELECT id, number, year, clinic_no, matter, matter_id, service, person_id, way, received_on, addressee, answer_way,
       chat, locale, status, version, filed_at, closed_at, full_name, iin, postal_address, phone, words, official
FROM complaints WHERE number = :number ORDER BY year DESC LIMIT 1;

-- name: complaint_by_slot
SELECT id, number, year, clinic_no, matter, matter_id, service, person_id, way, received_on, addressee, answer_way,
       chat, locale, status, version, filed_at, closed_at, full_name, iin, postal_address, phone, words, official
FROM complaints WHERE open_slot = :open_slot;

-- name: complaints_of_person
SELECT id, number, year, clinic_no, matter, matter_id, service, person_id, way, received_on, addressee, answer_way,
       chat, locale, status, version, filed_at, closed_at, full_name, iin, postal_address, phone, words, official
FROM complaints WHERE person_id = :person_id ORDER BY id DESC LIMIT :most;

-- name: complaints_open_of_clinic
SELECT id, number, year, clinic_no, matter, matter_id, service, person_id, way, received_on, addressee, answer_way,
       chat, locale, status, version, filed_at, closed_at, full_name, iin, postal_address, phone, words, official
FROM complaints WHERE clinic_no = :clinic_no AND closed_at IS NULL ORDER BY id;

-- name: complaint_move
UPDATE complaints SET
    status = :status, version = version + 1, closed_at = CAST(:closed_at AS BIGINT),
    open_slot = CASE WHEN CAST(:closed_at AS BIGINT) IS NULL THEN open_slot ELSE NULL END
WHERE id = :id AND version = :version RETURNING version;

-- name: complaint_accepted
UPDATE complaints SET official = :official WHERE id = :id AND official IS NULL RETURNING id;

-- name: complaint_mark!
INSERT INTO complaint_marks (complaint_id, no, status, at, actor) VALUES (:complaint_id, :no, :status, :at, :actor);

-- name: complaint_marks
SELECT status, at, actor FROM complaint_marks WHERE complaint_id = :complaint_id ORDER BY no;

-- name: complaint_marks_of_person
SELECT m.complaint_id, m.status, m.at, m.actor FROM complaint_marks m
WHERE m.complaint_id IN (SELECT c.id FROM complaints c WHERE c.person_id = :person_id)
ORDER BY m.complaint_id, m.no;

-- name: complaint_file_add!
INSERT INTO complaint_files (id, complaint_id, no, kind, file) VALUES (:id, :complaint_id, :no, :kind, :file);

-- name: complaint_files
SELECT id, kind, file FROM complaint_files WHERE complaint_id = :complaint_id ORDER BY no;

-- name: complaint_empty_erased!
-- Of a person who was erased while it was examined everything goes once it is closed, but where and to whom an
-- answer is still to be sent: that goes when it has left.
UPDATE complaints SET
    iin = NULL, words = NULL, signed_text = NULL, chat = NULL,
    full_name = CASE WHEN EXISTS (
        SELECT 1 FROM complaint_office o WHERE o.complaint_id = complaints.id AND o.delivered_on IS NULL
    ) THEN full_name END,
    postal_address = CASE WHEN EXISTS (
        SELECT 1 FROM complaint_office o WHERE o.complaint_id = complaints.id AND o.delivered_on IS NULL
    ) THEN postal_address END,
    phone = CASE WHEN EXISTS (
        SELECT 1 FROM complaint_office o WHERE o.complaint_id = complaints.id AND o.delivered_on IS NULL
    ) THEN phone END
WHERE id = :id AND EXISTS (SELECT 1 FROM people p WHERE p.id = complaints.person_id AND p.card IS NULL);

-- name: complaint_files_empty_erased!
DELETE FROM complaint_files WHERE complaint_id = :id AND EXISTS (
    SELECT 1 FROM complaints c JOIN people p ON p.id = c.person_id
    WHERE c.id = complaint_files.complaint_id AND p.card IS NULL
);

-- name: erase_complaints!
-- What is still examined needs its words and its sender: those go when it is closed, and where an answer is still
-- to be sent, when it has left.
UPDATE complaints SET
    iin = NULL, words = NULL, signed_text = NULL,
    full_name = CASE WHEN EXISTS (
        SELECT 1 FROM complaint_office o WHERE o.complaint_id = complaints.id AND o.delivered_on IS NULL
    ) THEN full_name END,
    postal_address = CASE WHEN EXISTS (
        SELECT 1 FROM complaint_office o WHERE o.complaint_id = complaints.id AND o.delivered_on IS NULL
    ) THEN postal_address END,
    phone = CASE WHEN EXISTS (
        SELECT 1 FROM complaint_office o WHERE o.complaint_id = complaints.id AND o.delivered_on IS NULL
    ) THEN phone END
WHERE person_id = :person_id AND closed_at IS NOT NULL;

-- name: erase_complaint_chats!
UPDATE complaints SET chat = NULL WHERE person_id = :person_id;

-- name: erase_complaint_files!
DELETE FROM complaint_files WHERE complaint_id IN (
    SELECT id FROM complaints WHERE person_id = :person_id AND closed_at IS NOT NULL
);

-- name: prune_complaints
UPDATE complaints SET
    full_name = NULL, iin = NULL, postal_address = NULL, phone = NULL, words = NULL, official = NULL,
    signed_text = NULL, chat = NULL
WHERE closed_at < :before AND (
    full_name IS NOT NULL OR words IS NOT NULL OR official IS NOT NULL OR chat IS NOT NULL
) RETURNING id;

-- name: prune_complaint_files
DELETE FROM complaint_files WHERE complaint_id IN (SELECT id FROM complaints WHERE closed_at < :before) RETURNING id;

-- name: feedback_add!
INSERT INTO feedback (id, clinic_no, source, service, words, locale, at)
VALUES (:id, :clinic_no, :source, :service, :words, :locale, :now);

-- name: feedback_of_clinic
SELECT id, clinic_no, source, service, words, locale, at FROM feedback
WHERE clinic_no = :clinic_no ORDER BY id DESC LIMIT :most;

-- name: prune_feedback
DELETE FROM feedback WHERE at < :before RETURNING id;

-- name: sealed_feedback_words
SELECT id, id, words FROM feedback WHERE id > :after ORDER BY id LIMIT :most;

-- name: reseal_feedback_words!
UPDATE feedback SET words = :blob WHERE id = :key;

-- name: sealed_complaint_files_file
SELECT id, id, file FROM complaint_files WHERE id > :after ORDER BY id LIMIT :most;

-- name: reseal_complaint_files_file!
UPDATE complaint_files SET file = :blob WHERE id = :key;

-- name: sealed_complaints_full_name
SELECT id, id, full_name FROM complaints WHERE full_name IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_complaints_full_name!
UPDATE complaints SET full_name = :blob WHERE id = :key;

-- name: sealed_complaints_iin
SELECT id, id, iin FROM complaints WHERE iin IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_complaints_iin!
UPDATE complaints SET iin = :blob WHERE id = :key;

-- name: sealed_complaints_postal_address
SELECT id, id, postal_address FROM complaints WHERE postal_address IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_complaints_postal_address!
UPDATE complaints SET postal_address = :blob WHERE id = :key;

-- name: sealed_complaints_phone
SELECT id, id, phone FROM complaints WHERE phone IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_complaints_phone!
UPDATE complaints SET phone = :blob WHERE id = :key;

-- name: sealed_complaints_words
SELECT id, id, words FROM complaints WHERE words IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_complaints_words!
UPDATE complaints SET words = :blob WHERE id = :key;

-- name: sealed_complaints_official
SELECT id, id, official FROM complaints WHERE official IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_complaints_official!
UPDATE complaints SET official = :blob WHERE id = :key;

-- name: sealed_complaints_signed_text
SELECT id, id, signed_text FROM complaints WHERE signed_text IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_complaints_signed_text!
UPDATE complaints SET signed_text = :blob WHERE id = :key;

-- name: complaint_matter_numbers_of_person
SELECT c.id, CASE c.matter
    WHEN 'request' THEN (SELECT r.number FROM requests r WHERE r.id = c.matter_id)
    WHEN 'centre' THEN (SELECT i.number FROM centre_requests i WHERE i.id = c.matter_id)
    WHEN 'training' THEN (SELECT t.number FROM training_requests t WHERE t.id = c.matter_id)
END
FROM complaints c WHERE c.person_id = :person_id;

-- name: complaint_matter_number
SELECT CASE CAST(:matter AS TEXT)
    WHEN 'request' THEN (SELECT r.number FROM requests r WHERE r.id = CAST(:matter_id AS BIGINT))
    WHEN 'centre' THEN (SELECT c.number FROM centre_requests c WHERE c.id = CAST(:matter_id AS BIGINT))
    ELSE (SELECT t.number FROM training_requests t WHERE t.id = CAST(:matter_id AS BIGINT))
END;
