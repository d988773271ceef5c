-- name: paper_owe
INSERT INTO papers (id, kind, request_id, clinic_no, person_id, number, check_index, check_code, facts, owed_at,
                    valid_until)
VALUES (:id, :kind, :request_id, :clinic_no, :person_id, :number, :check_index, :check_code, :facts, :owed_at,
        :valid_until)
ON CONFLICT (request_id, kind) WHERE withdrawn_at IS NULL DO NOTHING RETURNING id;

-- name: paper_by_id
SELECT id, number, kind, clinic_no, request_id, person_id, check_code, issued_at, valid_until, withdrawn_at, facts,
       digest, signed_by
FROM papers WHERE id = :id;

-- name: paper_of_request
SELECT id, number, kind, clinic_no, request_id, person_id, check_code, issued_at, valid_until, withdrawn_at, facts,
       digest, signed_by
FROM papers WHERE request_id = :request_id AND kind = :kind AND withdrawn_at IS NULL;

-- name: paper_stands
SELECT id FROM papers
WHERE request_id = :request_id AND withdrawn_at IS NULL AND (issued_at IS NULL OR pdf IS NOT NULL) LIMIT 1;

-- name: paper_by_check
SELECT id, number, kind, clinic_no, request_id, person_id, check_code, issued_at, valid_until, withdrawn_at, facts,
       digest, signed_by
FROM papers WHERE check_index = :check_index;

-- name: paper_issued
-- Without facts the person was erased while it was drawn: the file would bring them back.
UPDATE papers SET issued_at = :issued_at, pdf = :pdf, digest = :digest, signed_by = :signed_by,
       valid_until = COALESCE(valid_until, :valid_until)
WHERE id = :id AND issued_at IS NULL AND withdrawn_at IS NULL AND facts IS NOT NULL RETURNING id;

-- name: paper_file
SELECT pdf FROM papers WHERE id = :id AND withdrawn_at IS NULL;

-- name: papers_withdraw
UPDATE papers SET withdrawn_at = :now WHERE request_id = :request_id AND withdrawn_at IS NULL RETURNING id;

-- name: papers_elsewhere
UPDATE papers SET withdrawn_at = :now
WHERE person_id = :person_id AND kind = 'attachment' AND clinic_no <> :clinic_no AND withdrawn_at IS NULL
RETURNING id;

-- name: papers_left!
-- As above, for a register of many: a paper that was withdrawn is not issued any more, due or not.
UPDATE papers SET withdrawn_at = :now
WHERE person_id = :person_id AND kind = 'attachment' AND clinic_no <> :clinic_no AND withdrawn_at IS NULL;

-- name: signers_of
SELECT id, clinic_no, full_name, position_ru, position_kk, valid_from, valid_to
FROM signers WHERE clinic_no = :clinic_no ORDER BY valid_from, id;

-- name: signers_all
SELECT id, clinic_no, full_name, valid_from FROM signers ORDER BY id;

-- name: load_signer!
INSERT INTO signers (id, clinic_no, full_name, position_ru, position_kk, valid_from, valid_to)
VALUES (:id, :clinic_no, :full_name, :position_ru, :position_kk, :valid_from, :valid_to)
ON CONFLICT (id) DO UPDATE SET
    position_ru = excluded.position_ru, position_kk = excluded.position_kk, valid_to = excluded.valid_to;
