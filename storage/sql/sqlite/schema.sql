-- name: schema_recorded_table
SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version';
