-- name: work_take
INSERT INTO work_assignments (request_id, telegram_id, since) VALUES (:request_id, :telegram_id, :now)
ON CONFLICT (request_id) DO NOTHING
RETURNING request_id;

-- name: work_give
UPDATE work_assignments SET telegram_id = :to, since = :now
WHERE request_id = :request_id AND telegram_id = :holder
RETURNING request_id;

-- name: work_give_back
DELETE FROM work_assignments WHERE request_id = :request_id AND telegram_id = :holder RETURNING request_id;

-- name: work_release
DELETE FROM work_assignments
WHERE telegram_id = :telegram_id
  AND request_id IN (SELECT id FROM requests WHERE clinic_no = :clinic_no AND closed_at IS NULL)
RETURNING request_id;

-- name: work_of
SELECT (SELECT a.telegram_id FROM work_assignments a WHERE a.request_id = :request_id),
       count(*), count(q.answered_at)
FROM work_questions q WHERE q.request_id = :request_id;

-- name: work_ask!
INSERT INTO work_questions (id, request_id, asked_by, asked_at, text)
VALUES (:id, :request_id, :asked_by, :now, :text);

-- name: work_answer
UPDATE work_questions SET answer = :answer, answered_at = :now WHERE id = :id AND answered_at IS NULL RETURNING id;

-- name: work_question
SELECT id, request_id, asked_by, asked_at, text, answer, answered_at FROM work_questions WHERE id = :id;

-- name: work_questions_of
SELECT id, request_id, asked_by, asked_at, text, answer, answered_at FROM work_questions
WHERE request_id = :request_id ORDER BY id;

-- name: work_question_open
SELECT q.id FROM work_questions q JOIN requests r ON r.id = q.request_id
WHERE q.request_id = :request_id AND q.answered_at IS NULL AND q.text IS NOT NULL AND r.closed_at IS NULL
ORDER BY q.id DESC LIMIT 1;

-- name: work_question_posted
SELECT status, created_at FROM outbox WHERE dedupe = :dedupe;

-- name: work_note!
INSERT INTO work_notes (id, request_id, noted_by, noted_at, text)
VALUES (:id, :request_id, :noted_by, :now, :text);

-- name: work_notes_of
SELECT id, noted_by, noted_at, text FROM work_notes WHERE request_id = :request_id AND text IS NOT NULL ORDER BY id;

-- name: work_counts
SELECT sum(CASE WHEN a.telegram_id = :telegram_id THEN 1 ELSE 0 END),
       sum(CASE WHEN r.status IN ('registered', 'next_day') AND a.request_id IS NULL THEN 1 ELSE 0 END),
       sum(CASE WHEN r.status IN ('registered', 'next_day') AND r.answer_due <= :now THEN 1 ELSE 0 END),
       (SELECT count(*) FROM requests f WHERE f.clinic_no = :clinic_no AND f.status = 'refused' AND f.closed_at >= :since)
FROM requests r LEFT JOIN work_assignments a ON a.request_id = r.id
WHERE r.clinic_no = :clinic_no AND r.closed_at IS NULL;

-- name: work_pile_mine
SELECT r.id, r.number, r.service, r.status, r.answer_due, a.telegram_id
FROM work_assignments a JOIN requests r ON r.id = a.request_id
WHERE a.telegram_id = :telegram_id AND r.clinic_no = :clinic_no AND r.closed_at IS NULL
ORDER BY r.answer_due, r.id;

-- name: work_pile_free
-- What waits for an answer, and nobody has it.
SELECT r.id, r.number, r.service, r.status, r.answer_due, NULL
FROM requests r
WHERE r.clinic_no = :clinic_no AND r.closed_at IS NULL AND r.status IN ('registered', 'next_day')
  AND NOT EXISTS (SELECT 1 FROM work_assignments a WHERE a.request_id = r.id)
ORDER BY r.answer_due, r.id;

-- name: work_pile_late
SELECT r.id, r.number, r.service, r.status, r.answer_due, a.telegram_id
FROM requests r LEFT JOIN work_assignments a ON a.request_id = r.id
WHERE r.clinic_no = :clinic_no AND r.closed_at IS NULL AND r.status IN ('registered', 'next_day')
  AND r.answer_due <= :now
ORDER BY r.answer_due, r.id;

-- name: work_pile_refused
SELECT r.id, r.number, r.service, r.status, r.answer_due, a.telegram_id
FROM requests r LEFT JOIN work_assignments a ON a.request_id = r.id
WHERE r.clinic_no = :clinic_no AND r.status = 'refused' AND r.closed_at >= :since
ORDER BY r.closed_at DESC, r.id;
