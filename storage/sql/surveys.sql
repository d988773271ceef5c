-- name: surveys_ended
-- What ended in that time and was never asked about, the first first. A service of its own table adds its rows
-- here; one of requests is in it by itself. What its asker took back, or what was erased, is not asked about.
-- A visit of which nobody has said that it took place waits until that question has had its time.
SELECT e.matter, e.id, e.person_id, e.number, e.service, e.clinic_no, e.channel, e.address_key, e.address, e.locale,
       e.status, e.closed_at
FROM (
    SELECT 'request' AS matter, r.id, COALESCE(r.caller_id, r.patient_id) AS person_id, r.number, r.service, r.clinic_no,
           r.channel, r.address_key, r.address, r.locale, r.status, r.closed_at
    FROM requests r
    WHERE r.closed_at > :since AND r.closed_at <= :until AND r.details IS NOT NULL AND r.channel <> 'nowhere'
      AND (
          r.service <> 'home_call' OR r.status <> 'done' OR r.closed_at <= :visits_until
          OR EXISTS (SELECT 1 FROM visit_checks v WHERE v.request_id = r.id AND v.took_place = 1)
      )
    UNION ALL
    SELECT 'centre', c.id, c.asker_id, c.number, c.centre, 0, 'telegram', c.chat, NULL, c.locale, c.status, c.closed_at
    FROM centre_requests c
    WHERE c.closed_at > :since AND c.closed_at <= :until AND c.chat IS NOT NULL
    UNION ALL
    SELECT 'training', t.id, t.person_id, t.number, CASE t.kind WHEN 'main' THEN 'training' ELSE t.kind END, t.clinic_no,
           'telegram', t.chat, NULL, t.locale, t.stage, t.closed_at
    FROM training_requests t
    WHERE t.closed_at > :since AND t.closed_at <= :until AND t.chat IS NOT NULL
) e
WHERE e.status NOT IN ('cancelled', 'closed')
  AND NOT EXISTS (SELECT 1 FROM surveys s WHERE s.matter = e.matter AND s.matter_id = e.id)
ORDER BY e.closed_at, e.id LIMIT :most;

-- name: survey_ask
INSERT INTO surveys (
    id, matter, matter_id, person_id, number, service, clinic_no, month, chat, locale, state, asked_at, open_until
) VALUES (
    :id, :matter, :matter_id, :person_id, :number, :service, :clinic_no, :month, :chat, :locale, 'asked', :now,
    :open_until
) ON CONFLICT (matter, matter_id) DO NOTHING
RETURNING id;

-- name: survey_by_id
SELECT id, matter, matter_id, number, service, clinic_no, month, chat, locale, state, asked_at, open_until, wrote_at
FROM surveys WHERE id = :id;

-- name: survey_end
-- An answer after a "no, thanks" counts, a second answer does not; nothing counts once it is closed.
UPDATE surveys SET state = :state, ended_at = :now
WHERE id = :id AND state <> 'answered' AND (state <> 'declined' OR CAST(:state AS TEXT) = 'answered') AND open_until > :now
RETURNING id;

-- name: survey_later
UPDATE surveys SET state = 'later' WHERE id = :id AND state = 'asked' AND open_until > :now RETURNING id;

-- name: survey_wrote
UPDATE surveys SET wrote_at = :now WHERE id = :id AND state = 'answered' AND wrote_at IS NULL RETURNING id;

-- name: survey_count!
INSERT INTO survey_counts (month, service, clinic_no, question, grade, answers)
VALUES (:month, :service, :clinic_no, :question, :grade, 1)
ON CONFLICT (month, service, clinic_no, question, grade) DO UPDATE SET answers = survey_counts.answers + 1;

-- name: surveys_by_sms
-- What that phone was asked by SMS, the newest first.
SELECT s.id, s.matter, s.matter_id, s.number, s.service, s.clinic_no, s.month, s.chat, s.locale, s.state, s.asked_at,
       s.open_until, s.wrote_at
FROM outbox o JOIN surveys s ON s.id = CASE
    WHEN substr(o.dedupe, 1, 7) = 'survey:' THEN CAST(substr(o.dedupe, 8) AS BIGINT) END
WHERE o.address_key = :address_key AND o.created_at >= :since AND o.channel = 'sms' AND o.channel <> 'telegram'
  AND substr(o.dedupe, 1, 7) = 'survey:'
ORDER BY s.asked_at DESC, s.id DESC;

-- name: survey_counts_of
SELECT service, clinic_no, question, grade, answers FROM survey_counts WHERE month = :month;

-- name: survey_months
SELECT DISTINCT month FROM survey_counts ORDER BY month DESC;

-- name: erase_surveys!
DELETE FROM surveys WHERE person_id = :person_id;

-- name: prune_surveys
-- What was answered is a number of no one's, and stays.
DELETE FROM surveys WHERE open_until < :before RETURNING id;
