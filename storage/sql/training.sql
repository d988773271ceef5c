-- name: graduates_of_iin
SELECT id, programme, title, decided_on, full_name, original_no FROM graduates
WHERE iin_index = :iin_index AND full_name IS NOT NULL ORDER BY decided_on DESC, id;

-- name: graduate_by_id
SELECT id, programme, title, decided_on, full_name, original_no FROM graduates
WHERE id = :id AND full_name IS NOT NULL;

-- name: graduates_asked_for
SELECT g.id, g.programme, g.title, g.decided_on, g.full_name, g.original_no FROM graduates g
WHERE g.full_name IS NOT NULL
  AND g.id IN (SELECT t.graduate_id FROM training_requests t WHERE t.person_id = :person_id);

-- name: graduate_iin
SELECT iin FROM graduates WHERE id = :id AND iin IS NOT NULL;

-- name: graduate_original
UPDATE graduates SET original_no = :original_no WHERE id = :id AND original_no IS NULL RETURNING id;

-- name: load_graduate_known
SELECT id FROM graduates
WHERE iin_index = :iin_index AND programme = :programme AND title = :title AND decided_on = :decided_on;

-- name: load_graduate!
-- The number of a document that was issued here stays where the file does not know it yet.
INSERT INTO graduates (id, iin_index, iin, full_name, original_no, programme, title, decided_on)
VALUES (:id, :iin_index, :iin, :full_name, :original_no, :programme, :title, :decided_on)
ON CONFLICT (iin_index, programme, title, decided_on) DO UPDATE SET
    full_name = excluded.full_name, original_no = COALESCE(excluded.original_no, graduates.original_no);

-- name: training_add
INSERT INTO training_requests (
    id, number, year, clinic_no, kind, graduate_id, person_id, came_by, chat, locale, stage, version, open_slot,
    filed_at, starts_on, due_on, story, consent_id, signed_digest, signed_text, signed_message
) VALUES (
    :id, :number, :year, :clinic_no, :kind, :graduate_id, :person_id, :came_by, :chat, :locale, 'registered', 1,
    :open_slot, :filed_at, :starts_on, :due_on, :story, :consent_id, :signed_digest, :signed_text, :signed_message
) ON CONFLICT (open_slot) DO NOTHING RETURNING id;

-- name: training_by_id
SELECT id, number, year, clinic_no, kind, graduate_id, person_id, came_by, chat, locale, stage, version, filed_at,
       starts_on, due_on, suspended_on, breached_at, closed_at, ground, story
FROM training_requests WHERE id = :id;

-- name: training_by_slot
SELECT id, number, year, clinic_no, kind, graduate_id, person_id, came_by, chat, locale, stage, version, filed_at,
       starts_on, due_on, suspended_on, breached_at, closed_at, ground, story
FROM training_requests WHERE open_slot = :open_slot;

-- name: training_by_number
SELECT id, number, year, clinic_no, kind, graduate_id, person_id, came_by, chat, locale, stage, version, filed_at,
       starts_on, due_on, suspended_on, breached_at, closed_at, ground, story
FROM training_requests WHERE number = :number ORDER BY year DESC LIMIT 1;

-- name: training_of_person
SELECT id, number, year, clinic_no, kind, graduate_id, person_id, came_by, chat, locale, stage, version, filed_at,
       starts_on, due_on, suspended_on, breached_at, closed_at, ground, story
FROM training_requests WHERE person_id = :person_id ORDER BY id DESC LIMIT :most;

-- name: training_of_graduate
SELECT id, number, year, clinic_no, kind, graduate_id, person_id, came_by, chat, locale, stage, version, filed_at,
       starts_on, due_on, suspended_on, breached_at, closed_at, ground, story
FROM training_requests WHERE graduate_id = :graduate_id ORDER BY id DESC LIMIT :most;

-- name: training_open
SELECT id, number, year, clinic_no, kind, graduate_id, person_id, came_by, chat, locale, stage, version, filed_at,
       starts_on, due_on, suspended_on, breached_at, closed_at, ground, story
FROM training_requests WHERE clinic_no = :clinic_no AND closed_at IS NULL ORDER BY due_on, id;

-- name: training_move
UPDATE training_requests SET
    stage = :stage, version = version + 1,
    open_slot = CASE WHEN CAST(:closed_at AS BIGINT) IS NULL THEN open_slot ELSE NULL END,
    closed_at = CAST(:closed_at AS BIGINT),
    ground = CAST(:ground AS TEXT)
WHERE id = :id AND version = :version AND closed_at IS NULL AND (suspended_on IS NULL OR :ends = 1)
RETURNING version;

-- name: training_suspend
UPDATE training_requests SET suspended_on = :suspended_on, version = version + 1
WHERE id = :id AND version = :version AND closed_at IS NULL AND suspended_on IS NULL RETURNING version;

-- name: training_resume
UPDATE training_requests SET suspended_on = NULL, due_on = :due_on, version = version + 1
WHERE id = :id AND version = :version AND closed_at IS NULL AND suspended_on IS NOT NULL RETURNING version;

-- name: training_breached
UPDATE training_requests SET breached_at = :now
WHERE id = :id AND breached_at IS NULL AND closed_at IS NULL RETURNING id;

-- name: training_mark!
INSERT INTO training_marks (request_id, no, stage, at, actor) VALUES (:request_id, :no, :stage, :at, :actor);

-- name: training_marks
SELECT stage, at, actor FROM training_marks WHERE request_id = :request_id ORDER BY no;

-- name: training_marks_of_person
SELECT m.request_id, m.stage, m.at, m.actor FROM training_marks m
WHERE m.request_id IN (SELECT t.id FROM training_requests t WHERE t.person_id = :person_id)
ORDER BY m.request_id, m.no;

-- name: training_office
SELECT office FROM training_requests WHERE id = :id;

-- name: training_office_write!
UPDATE training_requests SET office = :office WHERE id = :id;

-- name: training_linked
SELECT count(*) FROM staff WHERE clinic_no = :clinic_no AND role = 'college' AND left_at IS NULL;

-- name: training_open_of_person
-- Theirs are also those that were handed in at the desk before the registry knew them.
SELECT id, version FROM training_requests WHERE closed_at IS NULL AND (person_id = :person_id OR graduate_id IN (
    SELECT g.id FROM graduates g JOIN people p ON p.iin_index = g.iin_index WHERE p.id = :person_id
)) ORDER BY id;

-- name: training_cancel
UPDATE training_requests SET stage = 'cancelled', version = version + 1, open_slot = NULL, closed_at = :now
WHERE id = :id AND version = :version AND closed_at IS NULL RETURNING version;

-- name: erase_training_requests!
UPDATE training_requests SET chat = NULL, story = NULL, office = NULL, signed_text = NULL
WHERE person_id = :person_id;

-- name: erase_around_training_requests!
UPDATE training_requests SET story = NULL, office = NULL
WHERE graduate_id IN (SELECT id FROM graduates WHERE iin_index = :subject_index);

-- name: erase_around_graduates!
UPDATE graduates SET iin_index = NULL, iin = NULL, full_name = NULL, original_no = NULL
WHERE iin_index = :subject_index;

-- name: prune_training_requests
UPDATE training_requests SET chat = NULL, story = NULL, office = NULL, signed_text = NULL
WHERE closed_at < :before
  AND (chat IS NOT NULL OR story IS NOT NULL OR office IS NOT NULL OR signed_text IS NOT NULL) RETURNING id;

-- name: sealed_graduates_iin
SELECT id, id, iin FROM graduates WHERE iin IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_graduates_iin!
UPDATE graduates SET iin = :blob WHERE id = :key;

-- name: sealed_graduates_full_name
SELECT id, id, full_name FROM graduates WHERE full_name IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_graduates_full_name!
UPDATE graduates SET full_name = :blob WHERE id = :key;

-- name: sealed_graduates_original_no
SELECT id, id, original_no FROM graduates WHERE original_no IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_graduates_original_no!
UPDATE graduates SET original_no = :blob WHERE id = :key;

-- name: sealed_training_requests_story
SELECT id, id, story FROM training_requests WHERE story IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_training_requests_story!
UPDATE training_requests SET story = :blob WHERE id = :key;

-- name: sealed_training_requests_office
SELECT id, id, office FROM training_requests WHERE office IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_training_requests_office!
UPDATE training_requests SET office = :blob WHERE id = :key;

-- name: sealed_training_requests_signed_text
SELECT id, id, signed_text FROM training_requests
WHERE signed_text IS NOT NULL AND id > :after ORDER BY id LIMIT :most;

-- name: reseal_training_requests_signed_text!
UPDATE training_requests SET signed_text = :blob WHERE id = :key;

-- name: rotate_graduates
SELECT id, iin, iin_index FROM graduates WHERE id > :after AND iin IS NOT NULL ORDER BY id LIMIT :most;

-- name: rotate_graduate!
UPDATE graduates SET iin_index = :iin_index WHERE id = :id;
