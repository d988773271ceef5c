-- name: sms_part_keep!
-- The newest wins: a reference of one byte comes round again.
INSERT INTO sms_parts (id, message_index, part, body, received_at) VALUES (:id, :message, :part, :body, :now)
ON CONFLICT (message_index, part) DO UPDATE SET id = excluded.id, body = excluded.body, received_at = excluded.received_at;

-- name: sms_parts_of
SELECT part, id, body FROM sms_parts WHERE message_index = :message AND received_at >= :since ORDER BY part;

-- name: sms_parts_forget!
DELETE FROM sms_parts WHERE message_index = :message;
