-- name: schema_recorded_table
SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL;
