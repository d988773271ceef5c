"""Tables of the first registry, in DDL that both engines read.

Instants are BIGINT microseconds of UTC, days are TEXT 'YYYY-MM-DD', yes and no are 1 and 0. A BYTEA column
holds a sealed field, a blind index, a digest or a keyed hash; nothing personal stands in any other.
"""

from typing import Final

_MESSAGES: Final = (
    """CREATE TABLE inbox (
        id ROW_ID,
        channel TEXT NOT NULL CHECK (channel IN ('telegram', 'sms')),
        external_id TEXT NOT NULL,
        address_key TEXT NOT NULL,
        body BYTEA,
        received_at BIGINT NOT NULL,
        leased_by BIGINT,
        lease_until BIGINT,
        attempts INTEGER NOT NULL DEFAULT 0,
        done_at BIGINT,
        outcome TEXT,
        UNIQUE (channel, external_id)
    )""",
    """CREATE TABLE outbox (
        id ROW_ID,
        channel TEXT NOT NULL CHECK (channel IN ('telegram', 'sms', 'nowhere')),
        address_key TEXT NOT NULL,
        address BYTEA,
        kind TEXT NOT NULL,
        body BYTEA,
        dedupe TEXT UNIQUE,
        request_id BIGINT,
        challenge_id BIGINT,
        created_at BIGINT NOT NULL,
        not_before BIGINT NOT NULL,
        expires_at BIGINT,
        attempts INTEGER NOT NULL DEFAULT 0,
        leased_by BIGINT,
        lease_until BIGINT,
        status TEXT NOT NULL CHECK
            (status IN ('waiting', 'sent', 'delivered', 'undelivered', 'dead', 'expired', 'cancelled')),
        provider_id TEXT,
        error_code TEXT,
        sent_at BIGINT
    )""",
    """CREATE TABLE chats (
        channel TEXT NOT NULL,
        address_key TEXT NOT NULL,
        locale TEXT,
        known_since BIGINT NOT NULL,
        last_menu BYTEA,
        confirmed_person BIGINT,
        confirmed_at BIGINT,
        PRIMARY KEY (channel, address_key)
    )""",
    """CREATE TABLE conversations (
        id ROW_ID,
        channel TEXT NOT NULL,
        address_key TEXT NOT NULL,
        dialog TEXT NOT NULL,
        dialog_digest TEXT NOT NULL,
        locale TEXT NOT NULL,
        journal BYTEA,
        revision BIGINT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'suspended')),
        opened_at BIGINT NOT NULL,
        touched_at BIGINT NOT NULL,
        closed_at BIGINT
    )""",
)

_REGISTRY: Final = (
    """CREATE TABLE people (
        id ROW_ID,
        iin_index BYTEA NOT NULL UNIQUE,
        phone_index BYTEA,
        card BYTEA,
        card_digest BYTEA NOT NULL,
        language TEXT NOT NULL CHECK (language IN ('kk', 'ru')),
        version INTEGER NOT NULL
    )""",
    """CREATE TABLE clinics (
        no INTEGER PRIMARY KEY,
        name_ru TEXT NOT NULL,
        name_kk TEXT NOT NULL,
        short_ru TEXT NOT NULL,
        short_kk TEXT NOT NULL,
        address TEXT NOT NULL,
        phones TEXT NOT NULL,
        norm INTEGER,
        zone TEXT NOT NULL,
        hours TEXT NOT NULL,
        lat DOUBLE PRECISION,
        lon DOUBLE PRECISION,
        features TEXT NOT NULL,
        verified_on TEXT
    )""",
    """CREATE TABLE attachments (
        id ROW_ID,
        person_id BIGINT NOT NULL REFERENCES people (id),
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        attached_on TEXT NOT NULL,
        origin TEXT NOT NULL CHECK (origin IN ('load', 'bot')),
        ended_at BIGINT
    )""",
    """CREATE TABLE guardians (
        child_id BIGINT NOT NULL REFERENCES people (id),
        guardian_id BIGINT NOT NULL REFERENCES people (id),
        kind TEXT NOT NULL CHECK (kind IN ('parent', 'guardian')),
        valid_from TEXT NOT NULL,
        valid_to TEXT,
        PRIMARY KEY (guardian_id, child_id, kind)
    )""",
    """CREATE TABLE doctors (
        doctor_no TEXT PRIMARY KEY,
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        full_name BYTEA NOT NULL,
        role TEXT NOT NULL,
        room TEXT NOT NULL
    )""",
    """CREATE TABLE schedule (
        doctor_no TEXT NOT NULL REFERENCES doctors (doctor_no),
        weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
        starts TEXT NOT NULL,
        ends TEXT NOT NULL,
        slot_minutes INTEGER NOT NULL,
        PRIMARY KEY (doctor_no, weekday, starts)
    )""",
    """CREATE TABLE holidays (
        day TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        name_ru TEXT NOT NULL,
        name_kk TEXT NOT NULL
    )""",
    "CREATE TABLE data_version (id INTEGER PRIMARY KEY CHECK (id = 1), version BIGINT NOT NULL)",
)

_REQUESTS: Final = (
    """CREATE TABLE series (
        clinic_no INTEGER NOT NULL,
        year INTEGER NOT NULL,
        last INTEGER NOT NULL,
        PRIMARY KEY (clinic_no, year)
    )""",
    """CREATE TABLE requests (
        id ROW_ID,
        number TEXT NOT NULL,
        year INTEGER NOT NULL,
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        service TEXT NOT NULL,
        channel TEXT NOT NULL,
        address_key TEXT NOT NULL,
        address BYTEA,
        locale TEXT NOT NULL,
        patient_id BIGINT REFERENCES people (id),
        caller_id BIGINT REFERENCES people (id),
        for_whom TEXT NOT NULL CHECK (for_whom IN ('self', 'child', 'other')),
        status TEXT NOT NULL,
        version INTEGER NOT NULL,
        registered_at BIGINT NOT NULL,
        answer_due BIGINT,
        visit_day TEXT,
        open_slot TEXT UNIQUE,
        linked_to BIGINT,
        details BYTEA,
        consent_id BIGINT,
        signed_digest TEXT,
        signed_text BYTEA,
        signed_at BIGINT,
        signed_message TEXT,
        answered_at BIGINT,
        closed_at BIGINT,
        ground TEXT,
        doctor_no TEXT,
        doctor_name BYTEA,
        doctor_role TEXT,
        window_start BIGINT,
        window_end BIGINT,
        undo_until BIGINT,
        UNIQUE (year, number),
        CHECK (status <> 'refused' OR ground IS NOT NULL),
        CHECK (window_end IS NULL OR window_start < window_end)
    )""",
    """CREATE TABLE request_marks (
        request_id BIGINT NOT NULL REFERENCES requests (id),
        seq INTEGER NOT NULL,
        status TEXT NOT NULL,
        at BIGINT NOT NULL,
        actor TEXT NOT NULL,
        note_code TEXT,
        PRIMARY KEY (request_id, seq)
    )""",
    """CREATE TABLE due (
        id ROW_ID,
        kind TEXT NOT NULL,
        subject_id BIGINT NOT NULL,
        due_at BIGINT NOT NULL,
        done_at BIGINT,
        tries INTEGER NOT NULL DEFAULT 0,
        UNIQUE (kind, subject_id)
    )""",
)

_STAFF: Final = (
    """CREATE TABLE staff_codes (
        code_hash BYTEA PRIMARY KEY,
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        role TEXT,
        kind TEXT NOT NULL CHECK (kind IN ('person', 'group')),
        locale TEXT NOT NULL,
        expires_at BIGINT NOT NULL,
        used_at BIGINT
    )""",
    """CREATE TABLE staff (
        telegram_id BIGINT NOT NULL,
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        role TEXT NOT NULL,
        name BYTEA,
        locale TEXT NOT NULL,
        since BIGINT NOT NULL,
        left_at BIGINT,
        PRIMARY KEY (telegram_id, clinic_no, role)
    )""",
    """CREATE TABLE groups (
        chat_id BIGINT PRIMARY KEY,
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        locale TEXT NOT NULL,
        linked_at BIGINT NOT NULL,
        left_at BIGINT
    )""",
    """CREATE TABLE feed_messages (
        request_id BIGINT NOT NULL,
        chat_id BIGINT NOT NULL,
        message_id BIGINT NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (request_id, chat_id)
    )""",
)

_PROOF: Final = (
    """CREATE TABLE audit (
        seq ROW_ID,
        at BIGINT NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        subject TEXT NOT NULL,
        digest BYTEA NOT NULL,
        previous BYTEA NOT NULL,
        hash BYTEA NOT NULL
    )""",
    """CREATE TABLE audit_head (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        seq BIGINT NOT NULL,
        hash BYTEA,
        seal BYTEA
    )""",
    """CREATE TABLE challenges (
        id ROW_ID,
        subject_index BYTEA NOT NULL,
        person_id BIGINT,
        purpose TEXT NOT NULL,
        lane TEXT NOT NULL,
        conversation_id BIGINT NOT NULL,
        channel TEXT NOT NULL,
        address_key TEXT NOT NULL,
        asker_index BYTEA NOT NULL,
        details_digest BYTEA NOT NULL,
        phone_index BYTEA,
        code_hash BYTEA NOT NULL,
        consent_id BIGINT NOT NULL,
        issued_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        comparisons INTEGER NOT NULL DEFAULT 0 CHECK (comparisons <= 5),
        state TEXT NOT NULL CHECK (state IN ('live', 'used', 'dead')),
        resend_step INTEGER NOT NULL,
        known_chat INTEGER NOT NULL CHECK (known_chat IN (0, 1))
    )""",
    """CREATE TABLE comparisons (
        inbox_id BIGINT PRIMARY KEY,
        challenge_id BIGINT,
        consent_id BIGINT,
        outcome TEXT NOT NULL,
        at BIGINT NOT NULL
    )""",
    """CREATE TABLE guards (
        subject_index BYTEA NOT NULL,
        lane TEXT NOT NULL CHECK (lane IN ('known', 'strangers')),
        failures INTEGER NOT NULL DEFAULT 0,
        locked_until BIGINT,
        desk_only INTEGER NOT NULL DEFAULT 0 CHECK (desk_only IN (0, 1)),
        touched_at BIGINT NOT NULL,
        PRIMARY KEY (subject_index, lane)
    )""",
    """CREATE TABLE sends (
        challenge_id ROW_ID,
        subject_index BYTEA NOT NULL,
        phone_index BYTEA,
        known_chat INTEGER NOT NULL CHECK (known_chat IN (0, 1)),
        really INTEGER NOT NULL CHECK (really IN (0, 1)),
        sent_at BIGINT NOT NULL
    )""",
    """CREATE TABLE chat_iins (
        chat_key TEXT NOT NULL,
        day TEXT NOT NULL,
        subject_index BYTEA NOT NULL,
        PRIMARY KEY (chat_key, day, subject_index)
    )""",
    """CREATE TABLE known_chats (
        subject_index BYTEA NOT NULL,
        chat_key TEXT NOT NULL,
        since BIGINT NOT NULL,
        PRIMARY KEY (subject_index, chat_key)
    )""",
    """CREATE TABLE consents (
        id ROW_ID,
        kind TEXT NOT NULL,
        purpose TEXT NOT NULL,
        subject_id BIGINT,
        subject_index BYTEA NOT NULL,
        asker_channel TEXT NOT NULL,
        asker_key TEXT NOT NULL,
        conversation_id BIGINT NOT NULL,
        valid_until BIGINT,
        text_id TEXT NOT NULL,
        text_version INTEGER NOT NULL,
        text_digest BYTEA NOT NULL,
        text_shown BYTEA,
        language TEXT NOT NULL,
        details_digest BYTEA NOT NULL,
        phone_index BYTEA,
        phone BYTEA,
        source_of_phone TEXT,
        challenge_id BIGINT NOT NULL,
        reply_inbox_id BIGINT,
        reply_channel TEXT,
        reply BYTEA,
        asked_at BIGINT NOT NULL,
        answered_at BIGINT,
        outcome TEXT NOT NULL CHECK (outcome IN ('asked', 'given', 'refused', 'expired', 'withdrawn')),
        last_used_at BIGINT,
        withdrawn_at BIGINT
    )""",
)

TABLES: Final = (*_MESSAGES, *_REGISTRY, *_REQUESTS, *_STAFF, *_PROOF)

INDEXES: Final = (
    "CREATE INDEX inbox_undone ON inbox (channel, address_key, id) WHERE done_at IS NULL",
    "CREATE INDEX inbox_queue ON inbox (id) WHERE done_at IS NULL",
    "CREATE INDEX inbox_old ON inbox (received_at)",
    "CREATE INDEX outbox_waiting ON outbox (channel, address_key, id) WHERE status = 'waiting'",
    "CREATE INDEX outbox_queue ON outbox (not_before, id) WHERE status = 'waiting'",
    "CREATE INDEX outbox_provider ON outbox (provider_id) WHERE provider_id IS NOT NULL",
    "CREATE INDEX outbox_spent ON outbox (sent_at) WHERE channel = 'sms'",
    "CREATE INDEX outbox_challenge ON outbox (challenge_id) WHERE challenge_id IS NOT NULL",
    "CREATE INDEX outbox_request ON outbox (request_id) WHERE request_id IS NOT NULL",
    "CREATE INDEX outbox_old ON outbox (created_at)",
    "CREATE UNIQUE INDEX conversations_open ON conversations (channel, address_key) WHERE state = 'open'",
    "CREATE INDEX conversations_touched ON conversations (touched_at) WHERE state <> 'closed'",
    "CREATE INDEX people_phone ON people (phone_index) WHERE phone_index IS NOT NULL",
    "CREATE UNIQUE INDEX attachments_active ON attachments (person_id) WHERE ended_at IS NULL",
    "CREATE INDEX guardians_child ON guardians (child_id)",
    "CREATE INDEX doctors_clinic ON doctors (clinic_no)",
    "CREATE INDEX requests_number ON requests (number)",
    "CREATE INDEX requests_open ON requests (clinic_no, id) WHERE closed_at IS NULL",
    "CREATE INDEX requests_patient ON requests (patient_id, id) WHERE patient_id IS NOT NULL",
    "CREATE INDEX requests_caller ON requests (caller_id, id) WHERE caller_id IS NOT NULL",
    "CREATE INDEX due_ripe ON due (due_at) WHERE done_at IS NULL",
    "CREATE INDEX due_subject ON due (subject_id) WHERE done_at IS NULL",
    "CREATE INDEX staff_clinic ON staff (clinic_no) WHERE left_at IS NULL",
    "CREATE UNIQUE INDEX groups_live ON groups (clinic_no) WHERE left_at IS NULL",
    "CREATE UNIQUE INDEX challenges_live ON challenges (subject_index, purpose, lane) WHERE state = 'live'",
    "CREATE INDEX challenges_asked ON challenges (subject_index, address_key, issued_at)",
    "CREATE INDEX challenges_phone ON challenges (phone_index) WHERE phone_index IS NOT NULL",
    "CREATE INDEX challenges_expiry ON challenges (expires_at) WHERE state = 'live'",
    "CREATE INDEX sends_subject ON sends (subject_index, sent_at)",
    "CREATE INDEX sends_phone ON sends (phone_index, sent_at) WHERE phone_index IS NOT NULL",
    "CREATE INDEX consents_conversation ON consents (conversation_id)",
    "CREATE INDEX consents_subject ON consents (subject_id) WHERE subject_id IS NOT NULL",
    "CREATE INDEX consents_chat ON consents (asker_channel, asker_key, answered_at) WHERE outcome = 'given'",
    "CREATE INDEX consents_asked ON consents (asked_at) WHERE outcome = 'asked'",
)
