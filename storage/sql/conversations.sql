-- name: conversation_of_address
SELECT c.locale, c.known_since, c.last_menu, c.confirmed_person, c.confirmed_at,
       v.id, v.dialog, v.dialog_digest, v.locale, v.journal, v.revision, v.state, v.opened_at, v.touched_at,
       c.refreshed_at
FROM (SELECT 1 AS one) o
LEFT JOIN chats c ON c.channel = :channel AND c.address_key = :address_key
LEFT JOIN conversations v ON v.channel = :channel AND v.address_key = :address_key AND v.state = 'open';

-- name: conversation_by_id
SELECT id, dialog, dialog_digest, locale, journal, revision, state, opened_at, touched_at, channel, address_key
FROM conversations WHERE id = :id;

-- name: conversation_open!
INSERT INTO conversations (id, channel, address_key, dialog, dialog_digest, locale, journal, revision, state,
                           opened_at, touched_at)
VALUES (:id, :channel, :address_key, :dialog, :dialog_digest, :locale, :journal, 1, 'open', :now, :now);

-- name: conversation_advance
UPDATE conversations SET journal = :journal, revision = revision + 1, touched_at = :now,
       locale = COALESCE(CAST(:locale AS TEXT), locale),
       dialog_digest = COALESCE(CAST(:dialog_digest AS TEXT), dialog_digest)
WHERE id = :id AND revision = :revision AND state = 'open'
RETURNING revision;

-- name: conversation_close
UPDATE conversations SET journal = NULL, revision = revision + 1, state = 'closed', closed_at = :now,
       touched_at = :now
WHERE id = :id AND revision = :revision AND state <> 'closed'
RETURNING revision;

-- name: conversations_close_untouched!
UPDATE conversations SET journal = NULL, revision = revision + 1, state = 'closed', closed_at = :now,
       touched_at = :now
WHERE state <> 'closed' AND dialog = :dialog AND touched_at <= :untouched_since;

-- name: conversation_suspend
UPDATE conversations SET revision = revision + 1, state = 'suspended', touched_at = :now,
       dialog_digest = :dialog_digest
WHERE id = :id AND revision = :revision AND state = 'open'
RETURNING revision;

-- name: conversation_resume
UPDATE conversations SET revision = revision + 1, state = 'open', touched_at = :now
WHERE id = :id AND state = 'suspended' AND NOT EXISTS (
    SELECT 1 FROM conversations o
    WHERE o.channel = conversations.channel AND o.address_key = conversations.address_key
      AND o.id <> conversations.id
      AND (o.state = 'open' OR (o.dialog = conversations.dialog AND o.opened_at >= conversations.touched_at))
)
RETURNING revision;

-- name: conversation_suspended
SELECT id, dialog, dialog_digest FROM conversations WHERE state = 'suspended' ORDER BY id;

-- name: conversations_open_count
SELECT count(*) FROM conversations WHERE state = 'open';

-- name: conversation_forget!
UPDATE conversations SET journal = NULL, revision = revision + 1, state = 'closed', closed_at = :now
WHERE channel = :channel AND address_key = :address_key AND state <> 'closed';

-- name: chat_met!
INSERT INTO chats (channel, address_key, known_since) VALUES (:channel, :address_key, :now)
ON CONFLICT (channel, address_key) DO NOTHING;

-- name: chat_locale!
INSERT INTO chats (channel, address_key, locale, known_since) VALUES (:channel, :address_key, :locale, :now)
ON CONFLICT (channel, address_key) DO UPDATE SET locale = excluded.locale;

-- name: chat_menu!
INSERT INTO chats (channel, address_key, last_menu, known_since) VALUES (:channel, :address_key, :last_menu, :now)
ON CONFLICT (channel, address_key) DO UPDATE SET last_menu = excluded.last_menu;

-- name: chat_confirmed!
INSERT INTO chats (channel, address_key, confirmed_person, confirmed_at, known_since)
VALUES (:channel, :address_key, :person_id, :now, :now)
ON CONFLICT (channel, address_key) DO UPDATE
SET confirmed_person = excluded.confirmed_person, confirmed_at = excluded.confirmed_at;

-- name: chat_refreshed!
UPDATE chats SET refreshed_at = :now WHERE channel = :channel AND address_key = :address_key;

-- name: chat_forget!
UPDATE chats SET last_menu = NULL, confirmed_person = NULL, confirmed_at = NULL, refreshed_at = NULL
WHERE channel = :channel AND address_key = :address_key;

-- name: conversation_move
UPDATE conversations SET channel = :channel, address_key = :address_key, revision = revision + 1, touched_at = :now
WHERE id = :id AND revision = :revision AND state = 'open'
RETURNING revision;
