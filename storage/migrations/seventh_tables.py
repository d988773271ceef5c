"""Tables of the consent of another person, and of the rooms that release what it was given for.

Instants are BIGINT microseconds of UTC, days TEXT 'YYYY-MM-DD'. A BYTEA column holds a sealed field or a
keyed hash; nothing personal stands in any other.
"""

from typing import Final

COLUMNS: Final[tuple[str, ...]] = (
    # Gateways: which one has, or may have, taken the message, and since when.
    "ALTER TABLE outbox ADD COLUMN gateway TEXT",
    "ALTER TABLE outbox ADD COLUMN handed_at BIGINT",
    # From when it may go: not_before moves on with each attempt.
    "ALTER TABLE outbox ADD COLUMN due_at BIGINT",
)

TABLES: Final[tuple[str, ...]] = (
    # Consent of another person. One row for each time that somebody is asked, whether or not there is such
    # a person: a phantom has the same row, reached = 0 and the hash of nothing that can be typed (S19).
    # matter_id is the row of the matter's own table; answers_id whose phone is asked: the subject's own, or
    # of a child under sixteen the parent's. used_at: a consent that covers one retrieval was spent.
    """CREATE TABLE consent_requests (
        id ROW_ID,
        consent_id BIGINT NOT NULL UNIQUE REFERENCES consents (id),
        matter TEXT NOT NULL CHECK (matter IN ('centre', 'document')),
        matter_id BIGINT NOT NULL,
        number TEXT NOT NULL,
        asker_id BIGINT,
        asker_clinic INTEGER,
        asker_index BYTEA,
        asker_name BYTEA,
        subject_index BYTEA NOT NULL,
        subject_id BIGINT,
        answers_id BIGINT,
        phone_index BYTEA,
        what TEXT NOT NULL,
        purpose TEXT NOT NULL,
        code_hash BYTEA NOT NULL,
        comparisons INTEGER NOT NULL DEFAULT 0,
        reached INTEGER NOT NULL CHECK (reached IN (0, 1)),
        state TEXT NOT NULL
            CHECK (state IN ('waiting', 'given', 'refused', 'expired', 'withdrawn', 'called_off')),
        way TEXT CHECK (way IN ('cabinet', 'code', 'sms_reply')),
        asked_at BIGINT NOT NULL,
        ends_at BIGINT NOT NULL,
        answered_at BIGINT,
        used_at BIGINT,
        UNIQUE (matter, matter_id),
        CHECK ((asker_id IS NULL) <> (asker_clinic IS NULL))
    )""",
    # Consent of another person: who may not ask about whom any more; asker is 'person:ID' or 'clinic:NO'.
    """CREATE TABLE asker_blocks (
        subject_id BIGINT NOT NULL REFERENCES people (id),
        asker TEXT NOT NULL,
        since BIGINT NOT NULL,
        PRIMARY KEY (subject_id, asker)
    )""",
    # Consent of another person: an inbox row is compared once, and what came of it is kept under it.
    # forgiven: the same SMS held an identity code, so its comparison is no guess at a consent.
    """CREATE TABLE consent_replies (
        inbox_id BIGINT PRIMARY KEY,
        outcome TEXT NOT NULL,
        request_id BIGINT REFERENCES consent_requests (id),
        phone_index BYTEA,
        forgiven INTEGER NOT NULL DEFAULT 0,
        at BIGINT NOT NULL
    )""",
    # Digital documents: one asked for at the desk (desk_case) or about a request, for one purpose, by one of
    # the staff. began_at: since when the service is asked; version rises with every step, and is on buttons.
    """CREATE TABLE document_requests (
        id ROW_ID,
        number TEXT NOT NULL,
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        request_id BIGINT REFERENCES requests (id),
        desk_case BIGINT REFERENCES desk_cases (id),
        staff_id BIGINT NOT NULL,
        locale TEXT NOT NULL CHECK (locale IN ('kk', 'ru')),
        subject_id BIGINT NOT NULL REFERENCES people (id),
        kind TEXT NOT NULL CHECK (kind IN ('identity_card', 'birth_certificate')),
        purpose TEXT NOT NULL CHECK (purpose IN ('identification', 'attachment', 'child')),
        status TEXT NOT NULL,
        version INTEGER NOT NULL,
        consent_id BIGINT UNIQUE REFERENCES consents (id),
        asked_at BIGINT NOT NULL,
        consented_at BIGINT,
        began_at BIGINT,
        ended_at BIGINT,
        CHECK ((request_id IS NULL) <> (desk_case IS NULL)),
        CHECK (status <> 'shown' OR consent_id IS NOT NULL)
    )""",
    # My consents. What the audit chain was told of a record of a consent at its last step: record is the
    # subject of that entry ('consent:ID', 'consent_request:ID'). The salt is sealed, and goes with erasure.
    """CREATE TABLE proofs (
        record TEXT PRIMARY KEY,
        salt BYTEA,
        fields_digest BYTEA NOT NULL,
        entry BIGINT NOT NULL
    )""",
    # My consents. The chain's head as it stood on one day; token is the authority's time stamp over it, in
    # base64, and names nobody.
    """CREATE TABLE anchors (
        seq BIGINT PRIMARY KEY,
        hash BYTEA NOT NULL,
        taken_at BIGINT NOT NULL,
        token TEXT,
        stamped_at BIGINT,
        CHECK ((token IS NULL) = (stamped_at IS NULL))
    )""",
    # Centres. What is asked of a centre, and the result while it is kept: subject, result and check_code are
    # sealed. subject_id is NULL for an IIN that the registry does not know; release_consent is the consent
    # under which the centre is asked, and under which each look at the result is allowed.
    """CREATE TABLE centre_requests (
        id ROW_ID,
        number TEXT NOT NULL,
        year INTEGER NOT NULL,
        centre TEXT NOT NULL CHECK (centre IN ('phthisiatry', 'psychiatry', 'narcology')),
        about TEXT NOT NULL CHECK (about IN ('self', 'other')),
        purpose TEXT,
        asker_id BIGINT NOT NULL REFERENCES people (id),
        subject_id BIGINT REFERENCES people (id),
        subject BYTEA,
        chat TEXT,
        locale TEXT NOT NULL,
        status TEXT NOT NULL
            CHECK (status IN ('consent', 'asking', 'delayed', 'ready', 'refused', 'cancelled')),
        version INTEGER NOT NULL,
        open_slot TEXT UNIQUE,
        asked_at BIGINT NOT NULL,
        consent_id BIGINT NOT NULL REFERENCES consents (id),
        signed_digest TEXT NOT NULL,
        signed_text BYTEA,
        signed_message TEXT,
        consent_due BIGINT,
        release_consent BIGINT REFERENCES consents (id),
        answer_due BIGINT,
        tries INTEGER NOT NULL DEFAULT 0,
        breached_at BIGINT,
        ground TEXT,
        closed_at BIGINT,
        issued_at BIGINT,
        valid_until BIGINT,
        result BYTEA,
        check_code BYTEA,
        check_index BYTEA UNIQUE,
        UNIQUE (number, year),
        CHECK ((about = 'other') = (purpose IS NOT NULL)),
        CHECK ((status = 'refused') = (ground IS NOT NULL)),
        CHECK (status IN ('consent', 'refused', 'cancelled') OR release_consent IS NOT NULL),
        CHECK ((status = 'ready') = (issued_at IS NOT NULL))
    )""",
    # Centres: every step of a request, as the monitoring of the order wants them (IC-16).
    """CREATE TABLE centre_marks (
        request_id BIGINT NOT NULL REFERENCES centre_requests (id),
        no INTEGER NOT NULL,
        status TEXT NOT NULL,
        at BIGINT NOT NULL,
        actor TEXT NOT NULL,
        PRIMARY KEY (request_id, no)
    )""",
    # Centres: the one-time links to results, each by the hash of its token.
    """CREATE TABLE centre_links (
        id ROW_ID,
        request_id BIGINT NOT NULL REFERENCES centre_requests (id),
        person_id BIGINT NOT NULL REFERENCES people (id),
        token_hash BYTEA NOT NULL UNIQUE,
        made_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        opened_at BIGINT
    )""",
    # Centres: who looked at whose result, when, by which link.
    """CREATE TABLE centre_looks (
        id ROW_ID,
        request_id BIGINT NOT NULL REFERENCES centre_requests (id),
        subject_id BIGINT NOT NULL,
        looker_id BIGINT NOT NULL,
        link_id BIGINT NOT NULL UNIQUE REFERENCES centre_links (id),
        at BIGINT NOT NULL
    )""",
    # Gateways: parts of a long SMS that a local operator hands over one by one, until all of them are here.
    # message_index names sender, recipient and reference by a keyed hash.
    """CREATE TABLE sms_parts (
        id ROW_ID,
        message_index BYTEA NOT NULL,
        part INTEGER NOT NULL,
        body BYTEA NOT NULL,
        received_at BIGINT NOT NULL,
        UNIQUE (message_index, part)
    )""",
    # SMS: phones that said stop: only codes that were asked for go there.
    """CREATE TABLE sms_stopped (
        id ROW_ID,
        phone_key TEXT NOT NULL UNIQUE,
        phone BYTEA NOT NULL,
        since BIGINT NOT NULL
    )""",
    # SMS: what one address was answered, did not make itself understood with, and guessed in one day.
    """CREATE TABLE address_days (
        address TEXT NOT NULL,
        day TEXT NOT NULL,
        answers INTEGER NOT NULL DEFAULT 0,
        misses INTEGER NOT NULL DEFAULT 0,
        guesses INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (address, day)
    )""",
    # SMS: a conversation that is to go on elsewhere, by the keyed hash of its code.
    """CREATE TABLE handovers (
        id ROW_ID,
        code_hash BYTEA NOT NULL,
        to_channel TEXT NOT NULL CHECK (to_channel IN ('telegram', 'sms')),
        conversation_id BIGINT NOT NULL REFERENCES conversations (id),
        made_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        ended_at BIGINT
    )""",
)

INDEXES: Final[tuple[str, ...]] = (
    # Consent of another person.
    "CREATE INDEX consent_requests_phone ON consent_requests (phone_index) WHERE phone_index IS NOT NULL",
    "CREATE INDEX consent_requests_to_answer ON consent_requests (answers_id, id)",
    "CREATE INDEX consent_requests_about ON consent_requests (subject_id, id)",
    "CREATE INDEX consent_requests_of_subject ON consent_requests (subject_index, asked_at)",
    "CREATE INDEX consent_requests_of_asker ON consent_requests (asker_id, asked_at)",
    "CREATE INDEX chats_confirmed ON chats (confirmed_person) WHERE confirmed_person IS NOT NULL",
    "CREATE INDEX outbox_to_phone ON outbox (address_key, id) WHERE channel = 'sms'",
    # Digital documents.
    """CREATE INDEX document_requests_of_request ON document_requests (request_id, id)
        WHERE request_id IS NOT NULL""",
    "CREATE INDEX document_requests_of_case ON document_requests (desk_case, id) WHERE desk_case IS NOT NULL",
    "CREATE INDEX document_requests_of_subject ON document_requests (subject_id)",
    # Centres.
    "CREATE INDEX centre_requests_of_asker ON centre_requests (asker_id, id)",
    """CREATE INDEX centre_requests_of_subject ON centre_requests (subject_id, id)
        WHERE subject_id IS NOT NULL""",
    "CREATE INDEX centre_requests_open ON centre_requests (id) WHERE closed_at IS NULL",
    "CREATE INDEX centre_looks_of_subject ON centre_looks (subject_id, at)",
    "CREATE INDEX centre_links_old ON centre_links (expires_at)",
    # My consents.
    (
        "CREATE INDEX audit_looks ON audit (subject, seq)"
        " WHERE action LIKE '%.details_opened' OR action LIKE '%.looked_at'"
    ),
)
