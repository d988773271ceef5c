-- name: load_clinic!
INSERT INTO clinics (no, name_ru, name_kk, short_ru, short_kk, address, phones, norm, zone, hours, lat, lon, features,
                     verified_on, rooms_exclusive, takes, kind)
VALUES (:no, :name_ru, :name_kk, :short_ru, :short_kk, :address, :phones, :norm, :zone, :hours, :lat, :lon,
        :features, :verified_on, :rooms_exclusive, :takes, :kind)
ON CONFLICT (no) DO UPDATE SET
    name_ru = excluded.name_ru, name_kk = excluded.name_kk, short_ru = excluded.short_ru,
    short_kk = excluded.short_kk, address = excluded.address, phones = excluded.phones, norm = excluded.norm,
    zone = excluded.zone, hours = excluded.hours, lat = excluded.lat, lon = excluded.lon,
    features = excluded.features, verified_on = excluded.verified_on,
    rooms_exclusive = excluded.rooms_exclusive, takes = excluded.takes, kind = excluded.kind;

-- name: load_holiday!
INSERT INTO holidays (day, kind, name_ru, name_kk) VALUES (:day, :kind, :name_ru, :name_kk)
ON CONFLICT (day) DO UPDATE SET kind = excluded.kind, name_ru = excluded.name_ru, name_kk = excluded.name_kk;

-- name: load_street!
INSERT INTO streets (name_ru, name_kk, old_names) VALUES (:name_ru, :name_kk, :old_names)
ON CONFLICT (name_ru) DO UPDATE SET name_kk = excluded.name_kk, old_names = excluded.old_names;

-- name: load_doctor!
INSERT INTO doctors (doctor_no, clinic_no, full_name, role, room)
VALUES (:doctor_no, :clinic_no, :full_name, :role, :room)
ON CONFLICT (doctor_no) DO UPDATE SET
    clinic_no = excluded.clinic_no, full_name = excluded.full_name, role = excluded.role, room = excluded.room;

-- name: load_schedule!
INSERT INTO schedule (doctor_no, weekday, starts, ends, slot_minutes)
VALUES (:doctor_no, :weekday, :starts, :ends, :slot_minutes)
ON CONFLICT (doctor_no, weekday, starts) DO UPDATE SET ends = excluded.ends, slot_minutes = excluded.slot_minutes;

-- name: load_known_clinics
SELECT no FROM clinics;

-- name: load_known_doctors
SELECT doctor_no, clinic_no FROM doctors;

-- name: load_person_known
SELECT p.id, p.card_digest, p.phone_index, a.id, a.clinic_no, a.attached_on, a.origin, a.doctor_no
FROM people p LEFT JOIN attachments a ON a.person_id = p.id AND a.ended_at IS NULL
WHERE p.iin_index = :iin_index;

-- name: load_person_add!
INSERT INTO people (id, iin_index, phone_index, card, card_digest, language, version)
VALUES (:id, :iin_index, :phone_index, :card, :card_digest, :language, 1);

-- name: load_person_change!
UPDATE people SET phone_index = :phone_index, card = :card, card_digest = :card_digest, language = :language,
       version = version + 1, by_hand = 0
WHERE id = :id;

-- name: load_attachment_add!
-- Whoever was switched here since the row was looked at keeps what they chose.
INSERT INTO attachments (id, person_id, clinic_no, attached_on, origin, doctor_no, began_at)
VALUES (:id, :person_id, :clinic_no, :attached_on, 'load', :doctor_no,
        COALESCE((SELECT ended_at FROM attachments WHERE person_id = :person_id AND ended_at IS NOT NULL
                  ORDER BY ended_at DESC LIMIT 1), :now))
ON CONFLICT (person_id) WHERE ended_at IS NULL DO NOTHING;

-- name: load_terms!
INSERT INTO free_choice (since, choices, period, campaign_from, campaign_to, effect)
VALUES (:since, :choices, :period, :campaign_from, :campaign_to, :effect)
ON CONFLICT (since) DO UPDATE SET
    choices = excluded.choices, period = excluded.period, campaign_from = excluded.campaign_from,
    campaign_to = excluded.campaign_to, effect = excluded.effect;

-- name: load_attachment_doctor!
UPDATE attachments SET doctor_no = :doctor_no WHERE id = :id;

-- name: load_guardian!
INSERT INTO guardians (child_id, guardian_id, kind, valid_from, valid_to)
SELECT c.id, g.id, CAST(:kind AS TEXT), CAST(:valid_from AS TEXT), CAST(:valid_to AS TEXT)
FROM people c, people g WHERE c.iin_index = :child_index AND g.iin_index = :guardian_index
ON CONFLICT (guardian_id, child_id, kind) DO UPDATE
SET valid_from = excluded.valid_from, valid_to = excluded.valid_to;
