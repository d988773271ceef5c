-- name: topic_of
SELECT thread_id, lost_at FROM forum_topics WHERE chat_id = :chat_id AND service = :service;

-- name: topic_add!
INSERT INTO forum_topics (chat_id, service, thread_id, made_at) VALUES (:chat_id, :service, :thread_id, :now)
ON CONFLICT (chat_id, service) DO NOTHING;

-- name: topic_lost!
UPDATE forum_topics SET lost_at = :now WHERE chat_id = :chat_id AND service = :service AND thread_id = :thread_id;
