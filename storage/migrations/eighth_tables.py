"""Tables of what surrounds the services: complaints, the survey, the monitoring feed, the college.

Instants are BIGINT microseconds of UTC, days TEXT 'YYYY-MM-DD'. A BYTEA column holds a sealed field or a
keyed hash; nothing personal stands in any other.
"""

from typing import Final

from storage.migrations import eighth_triggers as monitored

COLUMNS: Final[tuple[str, ...]] = (
    # College: an institution of the directory that is no clinic.
    """ALTER TABLE clinics ADD COLUMN kind TEXT NOT NULL DEFAULT 'clinic'
        CHECK (kind IN ('clinic', 'college'))""",
    # Cabinet: when a card was last shown anew in that chat.
    "ALTER TABLE chats ADD COLUMN refreshed_at BIGINT",
)

TABLES: Final[tuple[str, ...]] = (
    # Complaints. What a citizen holds against a clinic's doing, under a number of the office that carries it.
    # Name, IIN, address, phone and words are sealed; person_id is NULL for a paper from somebody whom the
    # registry does not know. matter and matter_id name the request complained about.
    """CREATE TABLE complaints (
        id ROW_ID,
        number TEXT NOT NULL,
        year INTEGER NOT NULL,
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        matter TEXT CHECK (matter IN ('request', 'centre', 'training')),
        matter_id BIGINT,
        service TEXT,
        person_id BIGINT REFERENCES people (id),
        way TEXT NOT NULL CHECK (way IN ('electronic', 'by_hand', 'post')),
        received_on TEXT NOT NULL,
        addressee TEXT NOT NULL CHECK (addressee IN ('health', 'quality', 'both')),
        answer_way TEXT NOT NULL CHECK (answer_way IN ('post', 'hand')),
        full_name BYTEA,
        iin BYTEA,
        postal_address BYTEA,
        phone BYTEA,
        words BYTEA,
        chat TEXT,
        locale TEXT NOT NULL,
        status TEXT NOT NULL
            CHECK (status IN ('delivered', 'registered', 'in_work', 'answered', 'refused')),
        version INTEGER NOT NULL,
        open_slot TEXT UNIQUE,
        filed_at BIGINT NOT NULL,
        closed_at BIGINT,
        official BYTEA,
        consent_id BIGINT REFERENCES consents (id),
        signed_digest TEXT,
        signed_text BYTEA,
        signed_message TEXT,
        UNIQUE (number, year),
        CHECK ((matter IS NULL) = (matter_id IS NULL)),
        CHECK ((status IN ('answered', 'refused')) = (closed_at IS NOT NULL)),
        CHECK (way <> 'electronic' OR (consent_id IS NOT NULL AND signed_digest IS NOT NULL))
    )""",
    # Complaints: the four marks of the act, in their order (CO-08).
    """CREATE TABLE complaint_marks (
        complaint_id BIGINT NOT NULL REFERENCES complaints (id),
        no INTEGER NOT NULL,
        status TEXT NOT NULL,
        at BIGINT NOT NULL,
        actor TEXT NOT NULL,
        PRIMARY KEY (complaint_id, no)
    )""",
    # Complaints: photos and documents. Telegram keeps the file, this the sealed name that opens it there.
    """CREATE TABLE complaint_files (
        id ROW_ID,
        complaint_id BIGINT NOT NULL REFERENCES complaints (id),
        no INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('photo', 'document')),
        file BYTEA NOT NULL,
        UNIQUE (complaint_id, no)
    )""",
    # Complaints, the office: what the clinic's office adds to one. forward_due and answer_due are days;
    # words are the reasons of the answer, or the ground on which examination was refused. level: how far it
    # was escalated. All but the days is empty once the complaint was kept long enough.
    """CREATE TABLE complaint_office (
        complaint_id BIGINT PRIMARY KEY REFERENCES complaints (id),
        level INTEGER NOT NULL DEFAULT 0,
        forward_due TEXT NOT NULL,
        forwarded_at BIGINT,
        forwarded_on TEXT,
        answer_due TEXT,
        overdue_at BIGINT,
        asked_after INTEGER NOT NULL DEFAULT 0,
        words BYTEA,
        official BYTEA,
        decided_on TEXT,
        delivered_on TEXT,
        delivery BYTEA,
        CHECK ((forwarded_at IS NULL) = (forwarded_on IS NULL)),
        CHECK (answer_due IS NULL OR forwarded_at IS NOT NULL),
        CHECK (delivered_on IS NULL OR decided_on IS NOT NULL)
    )""",
    # Complaints, the office: each body's own incoming number and date, the proof of clause 11.
    """CREATE TABLE complaint_bodies (
        complaint_id BIGINT NOT NULL REFERENCES complaints (id),
        body TEXT NOT NULL CHECK (body IN ('health', 'quality')),
        number TEXT NOT NULL,
        registered_on TEXT NOT NULL,
        entered_at BIGINT NOT NULL,
        entered_by TEXT NOT NULL,
        PRIMARY KEY (complaint_id, body)
    )""",
    # Complaints, the office: who of the staff said that a complaint is about themselves (G-61).
    """CREATE TABLE complaint_named (
        complaint_id BIGINT NOT NULL REFERENCES complaints (id),
        telegram_id BIGINT NOT NULL,
        PRIMARY KEY (complaint_id, telegram_id)
    )""",
    # Words of somebody who does not say who they are, or who answered a survey: no complaint (G-60).
    """CREATE TABLE feedback (
        id ROW_ID,
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        source TEXT NOT NULL CHECK (source IN ('nameless', 'survey')),
        service TEXT,
        words BYTEA NOT NULL,
        locale TEXT NOT NULL,
        at BIGINT NOT NULL
    )""",
    # College: who finished study there, by which programme, and when the commission decided so. iin and
    # iin_index are empty once the person was erased; original_no is the number of the document, if issued.
    """CREATE TABLE graduates (
        id ROW_ID,
        iin_index BYTEA,
        iin BYTEA,
        full_name BYTEA,
        original_no BYTEA,
        programme TEXT NOT NULL
            CHECK (programme IN ('vocational', 'post_secondary', 'retraining', 'upgrading')),
        title TEXT NOT NULL,
        decided_on TEXT NOT NULL,
        UNIQUE (iin_index, programme, title, decided_on)
    )""",
    # College: what is asked of it. person_id is NULL for somebody whom the registry does not know. The term
    # counts from starts_on and ends on due_on; suspended_on: the clock stands since that day. story tells how
    # the document was lost; office is what the college's own staff write beside it. Both are sealed.
    """CREATE TABLE training_requests (
        id ROW_ID,
        number TEXT NOT NULL,
        year INTEGER NOT NULL,
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        kind TEXT NOT NULL CHECK (kind IN ('main', 'duplicate')),
        graduate_id BIGINT NOT NULL REFERENCES graduates (id),
        person_id BIGINT REFERENCES people (id),
        came_by TEXT NOT NULL CHECK (came_by IN ('electronic', 'desk')),
        chat TEXT,
        locale TEXT NOT NULL CHECK (locale IN ('kk', 'ru')),
        stage TEXT NOT NULL CHECK (stage IN
            ('registered', 'assigned', 'drafted', 'signed', 'ready', 'issued', 'refused', 'cancelled')),
        version INTEGER NOT NULL,
        open_slot TEXT UNIQUE,
        filed_at BIGINT NOT NULL,
        starts_on TEXT NOT NULL,
        due_on TEXT NOT NULL,
        suspended_on TEXT,
        breached_at BIGINT,
        closed_at BIGINT,
        ground TEXT,
        story BYTEA,
        office BYTEA,
        consent_id BIGINT REFERENCES consents (id),
        signed_digest TEXT,
        signed_text BYTEA,
        signed_message TEXT,
        UNIQUE (number, year),
        CHECK (came_by = 'desk' OR consent_id IS NOT NULL),
        CHECK ((stage IN ('issued', 'refused', 'cancelled')) = (closed_at IS NOT NULL)),
        CHECK ((stage = 'refused') = (ground IS NOT NULL))
    )""",
    # College: every step of a request; stage is also 'suspended' or 'resumed', none of the six.
    """CREATE TABLE training_marks (
        request_id BIGINT NOT NULL REFERENCES training_requests (id),
        no INTEGER NOT NULL,
        stage TEXT NOT NULL,
        at BIGINT NOT NULL,
        actor TEXT NOT NULL,
        PRIMARY KEY (request_id, no)
    )""",
    # Monitoring: one row for each change of a request's status, written by the triggers below in the
    # transaction that marks it. Ids, statuses and instants only. not_before: held by itself for a while.
    """CREATE TABLE monitoring_events (
        seq ROW_ID,
        source TEXT NOT NULL CHECK (source IN ('request', 'centre', 'training')),
        subject_id BIGINT NOT NULL,
        mark INTEGER NOT NULL,
        status TEXT NOT NULL,
        at BIGINT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead')),
        tries INTEGER NOT NULL DEFAULT 0,
        not_before BIGINT,
        code TEXT,
        settled_at BIGINT,
        UNIQUE (source, subject_id, mark)
    )""",
    # Monitoring: how the feed stands, in one row: who sends just now, and since when it fails.
    """CREATE TABLE monitoring_feed (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        holder BIGINT NOT NULL DEFAULT 0,
        held_until BIGINT NOT NULL DEFAULT 0,
        failing_since BIGINT,
        code TEXT,
        told_at BIGINT
    )""",
    # Monitoring: what a day came to when it was compared with the server, and whether it agreed.
    """CREATE TABLE monitoring_days (
        day TEXT PRIMARY KEY,
        events INTEGER NOT NULL,
        digest TEXT NOT NULL,
        compared_at BIGINT NOT NULL,
        agreed_at BIGINT,
        sent_again INTEGER NOT NULL DEFAULT 0
    )""",
    # Survey: who is asked about what ended, and whether they answered; what they answered is counted below,
    # and stands with nobody. clinic_no is 0 where no clinic gave the service; chat is NULL if by SMS.
    """CREATE TABLE surveys (
        id ROW_ID,
        matter TEXT NOT NULL CHECK (matter IN ('request', 'centre', 'training')),
        matter_id BIGINT NOT NULL,
        person_id BIGINT REFERENCES people (id),
        number TEXT NOT NULL,
        service TEXT NOT NULL,
        clinic_no INTEGER NOT NULL,
        month TEXT NOT NULL,
        chat TEXT,
        locale TEXT NOT NULL CHECK (locale IN ('kk', 'ru')),
        state TEXT NOT NULL CHECK (state IN ('asked', 'later', 'answered', 'declined')),
        asked_at BIGINT NOT NULL,
        open_until BIGINT NOT NULL,
        ended_at BIGINT,
        wrote_at BIGINT,
        UNIQUE (matter, matter_id)
    )""",
    # Survey: how many gave which grade to which question, of one service at one clinic in one month.
    """CREATE TABLE survey_counts (
        month TEXT NOT NULL,
        service TEXT NOT NULL,
        clinic_no INTEGER NOT NULL,
        question TEXT NOT NULL CHECK (question IN ('quality', 'information')),
        grade INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 3),
        answers INTEGER NOT NULL,
        PRIMARY KEY (month, service, clinic_no, question, grade)
    )""",
)

INDEXES: Final[tuple[str, ...]] = (
    # Consent of another person. What is put down for nobody stands in the indexes of what is for somebody:
    # to keep an index up takes time, and time would tell who is registered (S19). SQLite uses the second only
    # where a statement repeats its condition.
    "DROP INDEX consent_requests_phone",
    "CREATE INDEX consent_requests_phone ON consent_requests (phone_index)",
    "DROP INDEX outbox_to_phone",
    "CREATE INDEX outbox_to_phone ON outbox (address_key, id) WHERE channel <> 'telegram'",
    # Complaints.
    "CREATE INDEX complaints_of_person ON complaints (person_id, id) WHERE person_id IS NOT NULL",
    "CREATE INDEX complaints_open ON complaints (clinic_no, id) WHERE closed_at IS NULL",
    "CREATE INDEX complaints_about ON complaints (matter, matter_id) WHERE matter IS NOT NULL",
    "CREATE INDEX audit_work ON audit (subject) WHERE action LIKE 'work.%'",
    # College.
    "CREATE INDEX graduates_of_iin ON graduates (iin_index)",
    """CREATE INDEX training_requests_of_person ON training_requests (person_id, id)
        WHERE person_id IS NOT NULL""",
    "CREATE INDEX training_requests_of_graduate ON training_requests (graduate_id, id)",
    "CREATE INDEX training_requests_open ON training_requests (clinic_no, id) WHERE closed_at IS NULL",
    # Monitoring. What is being written stands in the first alone; the sender fills the second.
    "CREATE INDEX monitoring_events_open ON monitoring_events (state, seq) WHERE state <> 'sent'",
    "CREATE INDEX monitoring_events_sent ON monitoring_events (at) WHERE state = 'sent'",
    # Survey.
    "CREATE INDEX requests_closed ON requests (closed_at) WHERE closed_at IS NOT NULL",
    "CREATE INDEX centre_requests_closed ON centre_requests (closed_at) WHERE closed_at IS NOT NULL",
    "CREATE INDEX training_requests_closed ON training_requests (closed_at) WHERE closed_at IS NOT NULL",
    "CREATE INDEX surveys_of_person ON surveys (person_id) WHERE person_id IS NOT NULL",
    "CREATE INDEX surveys_old ON surveys (open_until)",
)

SQLITE: Final[tuple[str, ...]] = (*monitored.SQLITE,)

POSTGRESQL: Final[tuple[str, ...]] = (*monitored.POSTGRESQL,)
