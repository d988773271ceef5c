-- name: monitoring_to_send
-- In the order in which they were written. While one is held by itself, later ones of its request wait behind it,
-- and so they do behind one that a replay has put after them. What is held beyond `far` was held by a clock that
-- was set back since.
SELECT e.source, e.subject_id, e.mark, e.status, e.at,
       COALESCE(r.number, c.number, t.number), COALESCE(r.year, c.year, t.year),
       COALESCE(r.service, c.centre, CASE t.kind WHEN 'main' THEN 'training' ELSE t.kind END),
       COALESCE(r.clinic_no, t.clinic_no)
FROM monitoring_events e
LEFT JOIN requests r ON e.source = 'request' AND r.id = e.subject_id
LEFT JOIN centre_requests c ON e.source = 'centre' AND c.id = e.subject_id
LEFT JOIN training_requests t ON e.source = 'training' AND t.id = e.subject_id
WHERE e.state <> 'sent' AND e.state = 'waiting' AND (e.not_before IS NULL OR e.not_before <= :now OR e.not_before > :far)
  AND NOT EXISTS (
      SELECT 1 FROM monitoring_events o
      WHERE o.source = e.source AND o.subject_id = e.subject_id AND o.mark < e.mark
        AND o.state = 'waiting' AND (o.not_before > :now AND o.not_before <= :far OR o.seq > e.seq)
  )
ORDER BY e.seq LIMIT :most;

-- name: monitoring_of_day
-- What the server took of a day, by pages.
SELECT e.source, e.subject_id, e.mark, e.status, e.at,
       COALESCE(r.number, c.number, t.number), COALESCE(r.year, c.year, t.year),
       COALESCE(r.service, c.centre, CASE t.kind WHEN 'main' THEN 'training' ELSE t.kind END),
       COALESCE(r.clinic_no, t.clinic_no), e.seq
FROM monitoring_events e
LEFT JOIN requests r ON e.source = 'request' AND r.id = e.subject_id
LEFT JOIN centre_requests c ON e.source = 'centre' AND c.id = e.subject_id
LEFT JOIN training_requests t ON e.source = 'training' AND t.id = e.subject_id
WHERE e.state = 'sent' AND e.at >= :after_at AND e.at < :until
  AND (e.at > :after_at OR e.at = :after_at AND e.seq > :after_seq)
ORDER BY e.at, e.seq LIMIT :most;

-- name: monitoring_settle!
-- By the step that it tells of: a replay may have given it another place in the order meanwhile.
UPDATE monitoring_events SET state = :state, code = CAST(:code AS TEXT), not_before = CAST(:not_before AS BIGINT),
       tries = tries + 1, settled_at = :now
WHERE source = :source AND subject_id = :subject_id AND mark = :mark AND state = 'waiting';

-- name: monitoring_wait_again
UPDATE monitoring_events SET state = 'waiting', code = NULL, not_before = NULL, settled_at = NULL
WHERE source = :source AND subject_id = :subject_id AND mark = :mark AND state = 'sent' RETURNING seq;

-- name: monitoring_dead_again
UPDATE monitoring_events SET state = 'waiting', code = NULL, not_before = NULL, settled_at = NULL
WHERE state <> 'sent' AND state = 'dead' RETURNING seq;

-- name: monitoring_tries
SELECT tries FROM monitoring_events WHERE source = :source AND subject_id = :subject_id AND mark = :mark;

-- name: monitoring_some_waits
SELECT 1 FROM monitoring_events WHERE state <> 'sent' AND state = 'waiting' LIMIT 1;

-- name: monitoring_waits_within
SELECT 1 FROM monitoring_events
WHERE state <> 'sent' AND state = 'waiting' AND at >= :since AND at < :until LIMIT 1;

-- name: monitoring_counted
-- Beyond so many it is only said that they are very many: counting them all would hold up those who wait.
SELECT state, count(*), min(at) FROM (
    SELECT * FROM (SELECT state, at FROM monitoring_events WHERE state <> 'sent' AND state = 'waiting'
                   ORDER BY seq LIMIT :most) w
    UNION ALL
    SELECT * FROM (SELECT state, at FROM monitoring_events WHERE state <> 'sent' AND state = 'dead'
                   ORDER BY seq LIMIT :most) d
) x GROUP BY state;

-- name: monitoring_dead
SELECT source, subject_id, mark, code, tries, settled_at FROM monitoring_events
WHERE state <> 'sent' AND state = 'dead' ORDER BY seq LIMIT :most;

-- name: monitoring_feed
SELECT failing_since, code, told_at FROM monitoring_feed WHERE id = 1;

-- name: monitoring_take_turn
-- A turn that would last beyond `far` was taken by a clock that was set back since.
UPDATE monitoring_feed SET holder = :holder, held_until = :until
WHERE id = 1 AND (holder = :holder OR held_until <= :now OR held_until > :far) RETURNING id;

-- name: monitoring_fails
UPDATE monitoring_feed SET code = :code,
       failing_since = CASE WHEN failing_since <= :now THEN failing_since ELSE :now END
WHERE id = 1 RETURNING failing_since, told_at;

-- name: monitoring_told!
UPDATE monitoring_feed SET told_at = :now WHERE id = 1;

-- name: monitoring_mended
UPDATE monitoring_feed SET failing_since = NULL, code = NULL
WHERE id = 1 AND failing_since IS NOT NULL RETURNING told_at;

-- name: monitoring_forget!
DELETE FROM monitoring_events WHERE at >= :since AND at < :until;

-- name: monitoring_write_again!
-- Every change of a status of that time, in order; of one request in the order of its steps, whatever its clock said.
-- A step that is just being taken writes its own event.
INSERT INTO monitoring_events (source, subject_id, mark, status, at)
SELECT x.source, x.subject_id, x.mark, x.status, x.at FROM (
    SELECT 'request' AS source, m.request_id AS subject_id, m.seq AS mark, m.status AS status, m.at AS at,
           COALESCE((SELECT p.status FROM request_marks p WHERE p.request_id = m.request_id AND p.seq < m.seq
                     ORDER BY p.seq DESC LIMIT 1), '') AS earlier,
           MAX(m.at) OVER (PARTITION BY m.request_id ORDER BY m.seq) AS reached
    FROM request_marks m WHERE m.at >= :since AND m.at < :until
    UNION ALL
    SELECT 'centre' AS source, m.request_id AS subject_id, m.no AS mark, m.status AS status, m.at AS at,
           COALESCE((SELECT p.status FROM centre_marks p WHERE p.request_id = m.request_id AND p.no < m.no
                     ORDER BY p.no DESC LIMIT 1), '') AS earlier,
           MAX(m.at) OVER (PARTITION BY m.request_id ORDER BY m.no) AS reached
    FROM centre_marks m WHERE m.at >= :since AND m.at < :until
    UNION ALL
    SELECT 'training' AS source, m.request_id AS subject_id, m.no AS mark, m.stage AS status, m.at AS at,
           COALESCE((SELECT p.stage FROM training_marks p WHERE p.request_id = m.request_id AND p.no < m.no
                     ORDER BY p.no DESC LIMIT 1), '') AS earlier,
           MAX(m.at) OVER (PARTITION BY m.request_id ORDER BY m.no) AS reached
    FROM training_marks m WHERE m.at >= :since AND m.at < :until
) x
WHERE x.earlier <> x.status
ORDER BY x.reached, x.source, x.subject_id, x.mark
ON CONFLICT (source, subject_id, mark) DO NOTHING;

-- name: monitoring_day
SELECT day, events, digest, compared_at, agreed_at, sent_again FROM monitoring_days WHERE day = :day;

-- name: monitoring_days
SELECT day, events, digest, compared_at, agreed_at, sent_again FROM monitoring_days ORDER BY day DESC LIMIT :most;

-- name: monitoring_compared!
INSERT INTO monitoring_days (day, events, digest, compared_at, agreed_at, sent_again)
VALUES (:day, :events, :digest, :now, CAST(:agreed_at AS BIGINT), :sent_again)
ON CONFLICT (day) DO UPDATE SET
    events = excluded.events, digest = excluded.digest, compared_at = excluded.compared_at,
    agreed_at = excluded.agreed_at, sent_again = monitoring_days.sent_again + excluded.sent_again;

-- name: monitoring_minders
-- The administrators; where there is none, the heads.
SELECT s.telegram_id, min(s.locale) FROM staff s
WHERE s.left_at IS NULL AND s.role IN ('administrator', 'head') AND (
    s.role = 'administrator'
    OR NOT EXISTS (SELECT 1 FROM staff a WHERE a.role = 'administrator' AND a.left_at IS NULL)
) GROUP BY s.telegram_id ORDER BY s.telegram_id;

-- name: prune_monitoring_events
-- What was taken long ago is known from its step, should it ever have to be told again.
DELETE FROM monitoring_events WHERE state = 'sent' AND at < :before AND settled_at < :before RETURNING seq;

-- name: prune_monitoring_days
DELETE FROM monitoring_days WHERE day < :day RETURNING day;
