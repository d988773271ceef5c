-- name: desk_case_open!
INSERT INTO desk_cases (id, clinic_no, staff_id, channel, service, locale, came_at, opened_at)
VALUES (:id, :clinic_no, :staff_id, :channel, :service, :locale, :came_at, :opened_at);

-- name: desk_case_of_staff
SELECT id, clinic_no, staff_id, channel, service, locale, came_at, opened_at, handed_in_at, ended_at, answered_at,
       outcome, person_id
FROM desk_cases WHERE staff_id = :staff_id AND ended_at IS NULL;

-- name: desk_case_by_id
SELECT id, clinic_no, staff_id, channel, service, locale, came_at, opened_at, handed_in_at, ended_at, answered_at,
       outcome, person_id
FROM desk_cases WHERE id = :id;

-- name: desk_case_handed_in!
-- The first time counts: looking at a document once more does not begin the clock anew.
UPDATE desk_cases SET handed_in_at = COALESCE(handed_in_at, :now), person_id = :person_id
WHERE id = :id AND ended_at IS NULL;

-- name: desk_case_locale!
UPDATE desk_cases SET locale = :locale WHERE id = :id AND ended_at IS NULL;

-- name: desk_case_end
UPDATE desk_cases SET ended_at = :now, outcome = :outcome WHERE id = :id AND ended_at IS NULL RETURNING id;

-- name: desk_case_answered
UPDATE desk_cases SET answered_at = :now WHERE id = :id AND answered_at IS NULL RETURNING id;

-- name: person_by_hand!
-- What a paper says takes the place of what an earlier one said, never of the state register's own record.
UPDATE people SET card = :card, version = version + 1 WHERE id = :id AND by_hand = 1;

-- name: person_add_by_hand!
INSERT INTO people (id, iin_index, phone_index, card, card_digest, language, version, by_hand)
VALUES (:id, :iin_index, NULL, :card, :card_digest, :language, 1, 1);

-- name: hand_identity_again!
-- Once a second person has found it right, it is right; until then, or where it was wrong, it is looked at anew.
UPDATE hand_identities SET clinic_no = :clinic_no, document = :document, entered_by = :entered_by,
       entered_at = :now, check_due = :check_due, checked_by = NULL, checked_at = NULL, outcome = NULL
WHERE id = :id AND (outcome IS NULL OR outcome = 'wrong');

-- name: hand_identity_add!
INSERT INTO hand_identities (id, person_id, clinic_no, document, entered_by, entered_at, check_due)
VALUES (:id, :person_id, :clinic_no, :document, :entered_by, :now, :check_due)
ON CONFLICT (person_id) DO NOTHING;

-- name: hand_identity_by_id
SELECT id, person_id, clinic_no, document, entered_by, entered_at, check_due, checked_by, checked_at, outcome
FROM hand_identities WHERE id = :id;

-- name: hand_identity_of_person
SELECT id, person_id, clinic_no, document, entered_by, entered_at, check_due, checked_by, checked_at, outcome
FROM hand_identities WHERE person_id = :person_id;

-- name: hand_identity_check
UPDATE hand_identities SET checked_by = :staff_id, checked_at = :now, outcome = :outcome
WHERE id = :id AND checked_at IS NULL AND entered_by <> :staff_id RETURNING id;
