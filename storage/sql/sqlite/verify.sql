-- name: verify_integrity
SELECT integrity_check FROM pragma_integrity_check(10);

-- name: verify_foreign_keys
SELECT "table" FROM pragma_foreign_key_check;
