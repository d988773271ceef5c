-- name: schedule_lock
-- Not its key: registering a request at the clinic need not wait.
UPDATE clinics SET zone = zone WHERE no = :clinic_no RETURNING no;

-- name: schedule_doctors
SELECT doctor_no, role, room FROM doctors WHERE clinic_no = :clinic_no ORDER BY doctor_no;

-- name: schedule_weeks
SELECT s.doctor_no, s.weekday, s.starts, s.ends, s.slot_minutes
FROM schedule s JOIN doctors d ON d.doctor_no = s.doctor_no
WHERE d.clinic_no = :clinic_no ORDER BY s.doctor_no, s.weekday, s.starts;

-- name: schedule_week_drop
DELETE FROM schedule WHERE doctor_no = :doctor_no AND weekday = :weekday AND starts = :starts RETURNING doctor_no;

-- name: schedule_week_of
SELECT weekday, starts FROM schedule WHERE doctor_no = :doctor_no;

-- name: schedule_changes_of
SELECT id, clinic_no, day, kind, doctor_no, starts, ends, slot_minutes, room, substitute_no FROM schedule_changes
WHERE clinic_no = :clinic_no AND day >= :since AND ended_at IS NULL ORDER BY day, id;

-- name: schedule_change_by_id
SELECT id, clinic_no, day, kind, doctor_no, starts, ends, slot_minutes, room, substitute_no FROM schedule_changes
WHERE id = :id AND ended_at IS NULL;

-- name: schedule_change_add
INSERT INTO schedule_changes (id, clinic_no, day, kind, doctor_no, starts, ends, slot_minutes, room, substitute_no,
                              made_by, made_at)
VALUES (:id, :clinic_no, :day, :kind, :doctor_no, :starts, :ends, :slot_minutes, :room, :substitute_no,
        :made_by, :made_at)
ON CONFLICT DO NOTHING RETURNING id;

-- name: schedule_change_end
UPDATE schedule_changes SET ended_at = :now WHERE id = :id AND ended_at IS NULL RETURNING id;

-- name: room_leave!
DELETE FROM room_use WHERE doctor_no = :doctor_no AND quarter >= :since AND quarter < :before;

-- name: room_give_back!
DELETE FROM room_use
WHERE clinic_no = :clinic_no AND room = :room AND doctor_no = :doctor_no AND quarter >= :since AND quarter < :before;

-- name: room_take
INSERT INTO room_use (clinic_no, room, quarter, doctor_no) VALUES (:clinic_no, :room, :quarter, :doctor_no)
ON CONFLICT (clinic_no, room, quarter) DO UPDATE SET doctor_no = room_use.doctor_no
RETURNING doctor_no;

-- name: rooms_twice
SELECT s.doctor_no, s.weekday, s.starts
FROM schedule s
JOIN doctors d ON d.doctor_no = s.doctor_no
JOIN clinics c ON c.no = d.clinic_no AND c.rooms_exclusive = 1
JOIN doctors e ON e.clinic_no = d.clinic_no AND e.room = d.room AND e.doctor_no <> d.doctor_no
JOIN schedule o ON o.doctor_no = e.doctor_no AND o.weekday = s.weekday AND o.starts < s.ends AND s.starts < o.ends
WHERE d.room <> ''
GROUP BY s.doctor_no, s.weekday, s.starts
ORDER BY s.doctor_no, s.weekday, s.starts;
