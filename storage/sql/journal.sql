-- name: journal_number!
-- The counter's row stays locked until the transaction ends: numbers come in order, and a rollback gives its own back.
INSERT INTO journal_series (clinic_no, register, year, last)
SELECT r.clinic_no, g.register, CAST(:year AS INTEGER), 1
FROM requests r JOIN journal_registers g ON g.service = r.service WHERE r.id = :request_id
ON CONFLICT (clinic_no, register, year) DO UPDATE SET last = journal_series.last + 1;

-- name: journal_enter!
INSERT INTO journal (id, clinic_no, register, year, no, at, request_id, mark, visit_day, ground, doctor_no,
                     doctor_role, doctor_name, window_start, window_end)
SELECT CAST(:id AS BIGINT), s.clinic_no, s.register, s.year, s.last, CAST(:at AS BIGINT), r.id,
       (SELECT max(m.seq) FROM request_marks m WHERE m.request_id = r.id),
       r.visit_day, r.ground, r.doctor_no, r.doctor_role, r.doctor_name, r.window_start, r.window_end
FROM requests r JOIN journal_registers g ON g.service = r.service
JOIN journal_series s ON s.clinic_no = r.clinic_no AND s.register = g.register AND s.year = :year
WHERE r.id = :request_id;

-- name: journal_number_contact!
INSERT INTO journal_series (clinic_no, register, year, last) VALUES (:clinic_no, 'contacts', :year, 1)
ON CONFLICT (clinic_no, register, year) DO UPDATE SET last = journal_series.last + 1;

-- name: journal_enter_contact!
INSERT INTO journal (id, clinic_no, register, year, no, at, request_id, mark)
SELECT CAST(:id AS BIGINT), s.clinic_no, s.register, s.year, s.last, CAST(:at AS BIGINT),
       CAST(:request_id AS BIGINT), 1
FROM journal_series s WHERE s.clinic_no = :clinic_no AND s.register = 'contacts' AND s.year = :year;

-- name: journal_enter_case!
INSERT INTO journal (id, clinic_no, register, year, no, at, desk_case, ground)
SELECT CAST(:id AS BIGINT), s.clinic_no, s.register, s.year, s.last, CAST(:at AS BIGINT),
       CAST(:case_id AS BIGINT), CAST(:ground AS TEXT)
FROM journal_series s WHERE s.clinic_no = :clinic_no AND s.register = 'contacts' AND s.year = :year;

-- name: journal_spans
SELECT year, min(no), max(no), count(*) FROM journal
WHERE clinic_no = :clinic_no AND register = :register AND at >= :since AND at < :until
GROUP BY year ORDER BY year;

-- name: journal_page
-- A contact that came to no request has the clerk and the outcome of its case in the place of a mark.
SELECT j.year, j.no, j.at, j.request_id, COALESCE(m.status, c.outcome),
       COALESCE(m.actor, 'staff:' || CAST(c.staff_id AS TEXT)), m.note_code, COALESCE(r.number, ''),
       COALESCE(r.service, c.service),
       CASE WHEN r.came_by = 'electronic' THEN r.channel ELSE COALESCE(r.came_by, c.channel) END, r.details,
       COALESCE(r.patient_id, c.person_id), p.card, j.visit_day, j.ground, j.doctor_no, j.doctor_role, j.doctor_name,
       d.full_name, j.window_start, j.window_end
FROM journal j
LEFT JOIN request_marks m ON m.request_id = j.request_id AND m.seq = j.mark
LEFT JOIN requests r ON r.id = j.request_id
LEFT JOIN desk_cases c ON c.id = j.desk_case
LEFT JOIN people p ON p.id = COALESCE(r.patient_id, c.person_id)
LEFT JOIN doctors d ON d.doctor_no = j.doctor_no
WHERE j.clinic_no = :clinic_no AND j.register = :register AND j.year = :year AND j.no > :after AND j.no <= :last
  AND j.at >= :since AND j.at < :until
ORDER BY j.no LIMIT :most;

-- name: journal_series_all
SELECT clinic_no, register, year, last FROM journal_series ORDER BY clinic_no, register, year;

-- name: journal_last_seal
SELECT no, digest, audit_seq FROM journal_seals
WHERE clinic_no = :clinic_no AND register = :register AND year = :year AND no <= :no ORDER BY no DESC LIMIT 1;

-- name: journal_seals
SELECT no, digest, audit_seq FROM journal_seals
WHERE clinic_no = :clinic_no AND register = :register AND year = :year ORDER BY no;

-- name: journal_seal_add
INSERT INTO journal_seals (clinic_no, register, year, no, digest, audit_seq)
VALUES (:clinic_no, :register, :year, :no, :digest, :audit_seq)
ON CONFLICT (clinic_no, register, year, no) DO NOTHING RETURNING no;

-- name: journal_facts
-- A case stands in the columns that a request leaves empty, so that what was sealed before reads as it did.
SELECT j.no, j.at, COALESCE(j.request_id, j.desk_case), j.mark, COALESCE(m.status, c.outcome),
       COALESCE(m.at, c.ended_at), COALESCE(m.actor, 'staff:' || CAST(c.staff_id AS TEXT)), m.note_code, r.number,
       j.visit_day, j.ground, j.doctor_no, j.doctor_role, j.window_start, j.window_end
FROM journal j
LEFT JOIN request_marks m ON m.request_id = j.request_id AND m.seq = j.mark
LEFT JOIN requests r ON r.id = j.request_id
LEFT JOIN desk_cases c ON c.id = j.desk_case
WHERE j.clinic_no = :clinic_no AND j.register = :register AND j.year = :year AND j.no > :after AND j.no <= :last
ORDER BY j.no LIMIT :most;

-- name: journal_outside_series
-- Entries of a series that has no counter, or that are ahead of it.
SELECT clinic_no, register, year, no FROM journal j
WHERE NOT EXISTS (
    SELECT 1 FROM journal_series s
    WHERE s.clinic_no = j.clinic_no AND s.register = j.register AND s.year = j.year AND s.last >= j.no
) LIMIT 10;

-- name: audit_digest
SELECT digest FROM audit WHERE seq = :seq;
