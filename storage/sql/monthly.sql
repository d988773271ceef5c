-- name: monthly_page
-- The next requests of a clinic in order of their entry among its contacts, each with every step up to then.
SELECT p.at, p.year, p.no, r.id, r.service, r.answer_due, r.ground, m.status, m.at, m.note_code
FROM (
    SELECT j.at, j.year, j.no, j.request_id FROM journal j
    WHERE j.clinic_no = :clinic_no AND j.register = 'contacts' AND j.at < :until AND j.request_id IS NOT NULL
      AND j.request_id IS NOT NULL
      AND (j.at, j.year, j.no) > (:after_at, :after_year, :after_no)
    ORDER BY j.at, j.year, j.no LIMIT :most
) p
JOIN requests r ON r.id = p.request_id
JOIN request_marks m ON m.request_id = p.request_id AND m.at <= :now
ORDER BY p.at, p.year, p.no, m.seq;

-- name: monthly_appointments
-- A visit's outcome is entered on its day or soon after; however often it is put right, the visit counts once.
SELECT r.status, count(DISTINCT r.id) FROM journal j
JOIN request_marks m ON m.request_id = j.request_id AND m.seq = j.mark
JOIN requests r ON r.id = j.request_id
WHERE j.clinic_no = :clinic_no AND j.register = 'appointments' AND j.at >= :since AND j.at < :noted_until
  AND m.status IN ('came', 'did_not_come', 'not_noted')
  AND r.visit_day >= :first AND r.visit_day <= :last
GROUP BY r.status;
