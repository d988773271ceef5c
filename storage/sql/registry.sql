-- name: person_by_iin
SELECT id, card, language, version, by_hand FROM people WHERE iin_index = :iin_index;

-- name: person_by_id
SELECT id, card, language, version, by_hand FROM people WHERE id = :id;

-- name: attachment_of
SELECT clinic_no, attached_on, doctor_no FROM attachments WHERE person_id = :person_id AND ended_at IS NULL;

-- name: children_of
SELECT p.id, p.card, p.language, p.version FROM guardians g JOIN people p ON p.id = g.child_id
WHERE g.guardian_id = :guardian_id AND g.valid_from <= :today AND (g.valid_to IS NULL OR g.valid_to >= :today);

-- name: guardianship
SELECT kind, valid_from, valid_to FROM guardians
WHERE guardian_id = :guardian_id AND child_id = :child_id ORDER BY valid_from;

-- name: clinics
SELECT no, name_ru, name_kk, short_ru, short_kk, address, phones, zone, hours, lat, lon, features, norm, verified_on,
       rooms_exclusive, takes, kind
FROM clinics ORDER BY no;

-- name: holidays
SELECT day, kind, name_ru, name_kk FROM holidays ORDER BY day;

-- name: streets
SELECT name_ru, name_kk, old_names FROM streets ORDER BY name_ru;

-- name: data_version
SELECT version FROM data_version;

-- name: data_changed!
UPDATE data_version SET version = version + 1;

-- name: doctors_of_clinic
SELECT doctor_no, clinic_no, full_name, role, room FROM doctors WHERE clinic_no = :clinic_no ORDER BY doctor_no;

-- name: doctor_by_no
SELECT doctor_no, clinic_no, full_name, role, room FROM doctors WHERE doctor_no = :doctor_no;
