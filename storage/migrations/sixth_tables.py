"""Tables of the clinic's side: who is invited to work with us, and what they do with requests.

Instants are BIGINT microseconds of UTC, days TEXT 'YYYY-MM-DD'. A BYTEA column holds a sealed field or a
keyed hash; nothing personal stands in any other.
"""

from typing import Final

from storage.migrations import fifth_tables

COLUMNS: Final[tuple[str, ...]] = (
    # People: the number that the member confirmed by a code.
    "ALTER TABLE staff ADD COLUMN phone BYTEA",
    # Desk: by which way a request came, and which case of a registrar it was entered in.
    """ALTER TABLE requests ADD COLUMN came_by TEXT NOT NULL DEFAULT 'electronic'
        CHECK (came_by IN ('electronic', 'phone', 'desk'))""",
    "ALTER TABLE requests ADD COLUMN desk_case BIGINT",
    # Desk: known from a paper alone, until the state register's own record comes.
    "ALTER TABLE people ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0",
)

TABLES: Final[tuple[str, ...]] = (
    # People. link_hash is of the link's code, code_hash of the six digits sent to the phone; telegram_id is
    # whoever opened the link first. Phone and name go to the member once the six digits were typed.
    """CREATE TABLE invitations (
        id ROW_ID,
        link_hash BYTEA NOT NULL UNIQUE,
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        role TEXT NOT NULL,
        locale TEXT NOT NULL,
        phone BYTEA,
        name BYTEA,
        made_by TEXT NOT NULL,
        made_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        telegram_id BIGINT,
        code_hash BYTEA,
        sent_at BIGINT,
        sends INTEGER NOT NULL DEFAULT 0,
        comparisons INTEGER NOT NULL DEFAULT 0,
        ended_at BIGINT
    )""",
    # Queue: who has a request, at most one person at a time.
    """CREATE TABLE work_assignments (
        request_id BIGINT PRIMARY KEY REFERENCES requests (id),
        telegram_id BIGINT NOT NULL,
        since BIGINT NOT NULL
    )""",
    # Queue: asked_by and noted_by are Telegram ids of staff.
    """CREATE TABLE work_questions (
        id ROW_ID,
        request_id BIGINT NOT NULL REFERENCES requests (id),
        asked_by BIGINT NOT NULL,
        asked_at BIGINT NOT NULL,
        text BYTEA,
        answer BYTEA,
        answered_at BIGINT
    )""",
    """CREATE TABLE work_notes (
        id ROW_ID,
        request_id BIGINT NOT NULL REFERENCES requests (id),
        noted_by BIGINT NOT NULL,
        noted_at BIGINT NOT NULL,
        text BYTEA
    )""",
    # Desk. One person at the desk or on the phone: the instants by which the three limits are measured.
    """CREATE TABLE desk_cases (
        id ROW_ID,
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        staff_id BIGINT NOT NULL,
        channel TEXT NOT NULL CHECK (channel IN ('phone', 'desk')),
        service TEXT NOT NULL,
        locale TEXT NOT NULL,
        came_at BIGINT NOT NULL,
        opened_at BIGINT NOT NULL,
        handed_in_at BIGINT,
        ended_at BIGINT,
        answered_at BIGINT,
        person_id BIGINT REFERENCES people (id),
        outcome TEXT
    )""",
    # Desk. Whoever the state register has no data of, identified by paper, to be checked by a second person.
    """CREATE TABLE hand_identities (
        id ROW_ID,
        person_id BIGINT NOT NULL UNIQUE REFERENCES people (id),
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        document BYTEA,
        entered_by BIGINT NOT NULL,
        entered_at BIGINT NOT NULL,
        check_due BIGINT NOT NULL,
        checked_by BIGINT,
        checked_at BIGINT,
        outcome TEXT CHECK (outcome IN ('right', 'wrong')),
        CHECK (checked_by <> entered_by),
        CHECK ((checked_at IS NULL) = (outcome IS NULL))
    )""",
    # Rounds: whether a visit noted as made took place, as its citizen says; one question for each call.
    """CREATE TABLE visit_checks (
        request_id BIGINT PRIMARY KEY REFERENCES requests (id),
        asked_at BIGINT NOT NULL,
        answered_at BIGINT,
        answered_by TEXT,
        took_place INTEGER CHECK (took_place IN (0, 1)),
        complaint BYTEA,
        complained_at BIGINT
    )""",
    # Feed: the hash of a token by which programs read a clinic's feed.
    """CREATE TABLE feed_tokens (
        token_hash TEXT PRIMARY KEY,
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        made_at BIGINT NOT NULL,
        revoked_at BIGINT
    )""",
    # Feed: the topic of a service in a group that is a forum; one that is lost was deleted by its people.
    """CREATE TABLE forum_topics (
        chat_id BIGINT NOT NULL,
        service TEXT NOT NULL,
        thread_id BIGINT NOT NULL,
        made_at BIGINT NOT NULL,
        lost_at BIGINT,
        PRIMARY KEY (chat_id, service)
    )""",
    # Feed: when a gateway or the service itself stood still, and when it was last known to run.
    """CREATE TABLE outages (
        id ROW_ID,
        what TEXT NOT NULL,
        began_at BIGINT NOT NULL,
        ended_at BIGINT CHECK (ended_at >= began_at)
    )""",
    """CREATE TABLE last_beat (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        at BIGINT NOT NULL
    )""",
    # Feed: each time that the city was told of a request left unanswered, and the time its citizen was told.
    """CREATE TABLE escalations (
        request_id BIGINT NOT NULL REFERENCES requests (id),
        round INTEGER NOT NULL CHECK (round > 0),
        at BIGINT NOT NULL,
        promised BIGINT NOT NULL,
        PRIMARY KEY (request_id, round)
    )""",
)

INDEXES: Final[tuple[str, ...]] = (
    # People.
    "CREATE INDEX invitations_open ON invitations (telegram_id) WHERE ended_at IS NULL",
    # Desk.
    "CREATE UNIQUE INDEX desk_cases_open ON desk_cases (staff_id) WHERE ended_at IS NULL",
    "CREATE INDEX desk_cases_of_clinic ON desk_cases (clinic_no, opened_at)",
    "CREATE INDEX requests_of_case ON requests (desk_case) WHERE desk_case IS NOT NULL",
    # Queue.
    "CREATE INDEX work_assignments_mine ON work_assignments (telegram_id, request_id)",
    "CREATE INDEX work_questions_request ON work_questions (request_id, id)",
    "CREATE INDEX work_notes_request ON work_notes (request_id, id)",
    "CREATE INDEX requests_refused ON requests (clinic_no, closed_at) WHERE status = 'refused'",
    # Rounds.
    "CREATE INDEX requests_of_rounds ON requests (doctor_no, visit_day) WHERE service = 'home_call'",
    (
        "CREATE INDEX outbox_asked ON outbox (address_key, id)"
        " WHERE channel = 'sms' AND dedupe >= 'asked:' AND dedupe < 'asked;'"
    ),
    # Feed.
    "CREATE UNIQUE INDEX outages_open ON outages (what) WHERE ended_at IS NULL",
    "CREATE INDEX feed_tokens_of_clinic ON feed_tokens (clinic_no) WHERE revoked_at IS NULL",
    "CREATE INDEX journal_feed ON journal (clinic_no, id)",
)

# Desk. An entry of the contacts is of a request's first mark, or of a case that came to no request (GEN-09).
_OF_ONE: Final = "(request_id IS NULL) = (mark IS NULL) AND (request_id IS NULL) <> (desk_case IS NULL)"
_GUARD: Final = next(what for name, what in fifth_tables.GUARDS if name == "journal_no_update").replace(
    "mark,", "mark, desk_case,"
)
_CASE_ONCE: Final = "CREATE UNIQUE INDEX journal_of_case ON journal (desk_case) WHERE desk_case IS NOT NULL"
_KEPT: Final = (
    "id, clinic_no, register, year, no, at, request_id, mark, visit_day, ground, doctor_no, doctor_role, "
    "doctor_name, window_start, window_end"
)

# SQLite cannot take NOT NULL away from a column: the table is made anew, with its indexes and guards.
SQLITE_JOURNAL: Final[tuple[str, ...]] = (
    fifth_tables.JOURNAL.replace("CREATE TABLE journal (", "CREATE TABLE journal_anew (")
    .replace("request_id BIGINT NOT NULL", "request_id BIGINT")
    .replace("mark INTEGER NOT NULL", "mark INTEGER,\n        desk_case BIGINT REFERENCES desk_cases (id)")
    .replace("UNIQUE (request_id,", f"CHECK ({_OF_ONE}),\n        UNIQUE (request_id,"),
    f"INSERT INTO journal_anew ({_KEPT}) SELECT {_KEPT} FROM journal",  # noqa: S608  (names of this file)
    "DROP TABLE journal",
    "ALTER TABLE journal_anew RENAME TO journal",
    *fifth_tables.INDEXES,
    _CASE_ONCE,
    fifth_tables.sqlite_guard("journal_no_update", _GUARD),
    fifth_tables.sqlite_guard("journal_no_delete", "DELETE ON journal"),
)

POSTGRESQL_JOURNAL: Final[tuple[str, ...]] = (
    "ALTER TABLE journal ALTER COLUMN request_id DROP NOT NULL",
    "ALTER TABLE journal ALTER COLUMN mark DROP NOT NULL",
    "ALTER TABLE journal ADD COLUMN desk_case BIGINT REFERENCES desk_cases (id)",
    f"ALTER TABLE journal ADD CHECK ({_OF_ONE})",
    _CASE_ONCE,
    "DROP TRIGGER journal_no_update ON journal",
    fifth_tables.postgresql_guard("journal_no_update", _GUARD),
)
