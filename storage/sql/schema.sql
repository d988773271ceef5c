-- name: schema_recorded
SELECT version_num FROM alembic_version;
