-- name: summary_counts
SELECT service, status, visit_day, count(*),
       sum(CASE WHEN answer_due <= CAST(:now AS BIGINT) THEN 1 ELSE 0 END)
FROM requests WHERE clinic_no = :clinic_no AND closed_at IS NULL
GROUP BY service, status, visit_day;
