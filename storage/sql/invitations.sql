-- name: invitation_add!
INSERT INTO invitations (id, link_hash, clinic_no, role, locale, phone, name, made_by, made_at, expires_at)
VALUES (:id, :link_hash, :clinic_no, :role, :locale, :phone, :name, :made_by, :now, :expires_at);

-- name: invitation_of_link
SELECT id, clinic_no, role, locale, phone, name, made_by, telegram_id, sent_at, sends, expires_at FROM invitations
WHERE link_hash = :link_hash AND ended_at IS NULL AND expires_at > :now;

-- name: invitation_code
-- The link is of whoever opened it first; of two openings at once one counts. A new code is compared anew.
UPDATE invitations SET telegram_id = :telegram_id, code_hash = :code_hash, sent_at = :now, sends = sends + 1,
       comparisons = 0
WHERE id = :id AND ended_at IS NULL AND sends = :sends AND (telegram_id IS NULL OR telegram_id = :telegram_id)
RETURNING id;

-- name: invitation_compare
-- Counted before it is compared (S5).
UPDATE invitations SET comparisons = comparisons + 1
WHERE telegram_id = :telegram_id AND ended_at IS NULL AND expires_at > :now AND sent_at > :since AND comparisons < :most
RETURNING id, clinic_no, role, locale, phone, name, made_by, telegram_id, sent_at, sends, expires_at, code_hash;

-- name: invitation_redeem
UPDATE invitations SET ended_at = :now, code_hash = NULL, phone = NULL, name = NULL
WHERE id = :id AND ended_at IS NULL
RETURNING id;

-- name: invitation_withdraw
UPDATE invitations SET ended_at = :now, code_hash = NULL, phone = NULL, name = NULL
WHERE id = :id AND clinic_no = :clinic_no AND ended_at IS NULL
RETURNING role;

-- name: invitation_code_sent
SELECT max(sent_at) FROM invitations WHERE telegram_id = :telegram_id AND ended_at IS NULL AND expires_at > :now;

-- name: invitations_of_clinic
SELECT id, clinic_no, role, locale, phone, name, made_by, telegram_id, sent_at, sends, expires_at FROM invitations
WHERE clinic_no = :clinic_no AND ended_at IS NULL AND expires_at > :now ORDER BY id;

-- name: invitation_tried
SELECT min(comparisons) FROM invitations
WHERE telegram_id = :telegram_id AND ended_at IS NULL AND expires_at > :now AND sent_at > :since;
