"""Tables of attachment and papers: an unbroken history per person, terms of free choice, signers, papers.

Instants are BIGINT microseconds of UTC, days TEXT 'YYYY-MM-DD', days of any year TEXT 'MM-DD'.
"""

from typing import Final

COLUMNS: Final = (
    """ALTER TABLE clinics ADD COLUMN takes TEXT NOT NULL DEFAULT 'everyone'
    CHECK (takes IN ('everyone', 'adults', 'children'))""",
)

ATTACHMENTS: Final = (
    # Neither engine can add such constraints to a table that stands, so it is made anew, rows and all.
    """CREATE TABLE attachments_before AS
    SELECT id, person_id, clinic_no, attached_on, origin, doctor_no,
           LAG(ended_at) OVER one_person AS began_at,
           -- Nobody is without a clinic (G-23): a last one that was ended stands again.
           CASE WHEN LEAD(id) OVER one_person IS NULL THEN NULL ELSE ended_at END AS ended_at
    FROM attachments
    WINDOW one_person AS (PARTITION BY person_id
                          ORDER BY CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END, ended_at, id)""",
    "DROP TABLE attachments",
    # No gap and no overlap: whatever ends, ends at the instant at which the next one of the same person
    # begins, and no two end at one instant. Both are judged at the end of the transaction, for a switch is
    # two statements. began_at is unknown for what stood before this table kept it, and cause where a
    # register was loaded that does not say.
    """CREATE TABLE attachments (
        id ROW_ID,
        person_id BIGINT NOT NULL REFERENCES people (id),
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        attached_on TEXT NOT NULL,
        origin TEXT NOT NULL CHECK (origin IN ('load', 'bot')),
        doctor_no TEXT,
        began_at BIGINT,
        ended_at BIGINT,
        cause TEXT CHECK
            (cause IN ('free_choice', 'moved', 'birth', 'clinic_closed', 'actual_residence')),
        chosen_on TEXT,
        request_id BIGINT REFERENCES requests (id),
        UNIQUE (person_id, began_at),
        FOREIGN KEY (person_id, ended_at) REFERENCES attachments (person_id, began_at)
            DEFERRABLE INITIALLY DEFERRED,
        CHECK (began_at < ended_at),
        CHECK (origin = 'bot' OR request_id IS NULL)
    )""",
    """INSERT INTO attachments
        (id, person_id, clinic_no, attached_on, origin, doctor_no, began_at, ended_at)
    SELECT id, person_id, clinic_no, attached_on, origin, doctor_no, began_at, ended_at
    FROM attachments_before""",
    "DROP TABLE attachments_before",
)

TABLES: Final = (
    "CREATE UNIQUE INDEX attachments_active ON attachments (person_id) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX attachments_ended ON attachments (person_id, ended_at) WHERE ended_at IS NOT NULL",
    "CREATE UNIQUE INDEX attachments_request ON attachments (request_id) WHERE request_id IS NOT NULL",
    "CREATE INDEX attachments_old ON attachments (ended_at) WHERE ended_at IS NOT NULL",
    # Counted as people come and go: a list of clinics that says where there is room must not count a million.
    """CREATE TABLE attached_counts (
        clinic_no INTEGER PRIMARY KEY REFERENCES clinics (no),
        people INTEGER NOT NULL CHECK (people >= 0)
    )""",
    """INSERT INTO attached_counts (clinic_no, people)
    SELECT clinic_no, count(*) FROM attachments WHERE ended_at IS NULL GROUP BY clinic_no""",
    """CREATE TABLE free_choice (
        since TEXT PRIMARY KEY,
        choices INTEGER NOT NULL CHECK (choices >= 1),
        period TEXT NOT NULL CHECK (period IN ('calendar_year', 'twelve_months')),
        campaign_from TEXT,
        campaign_to TEXT,
        effect TEXT NOT NULL,
        CHECK ((campaign_from IS NULL) = (campaign_to IS NULL))
    )""",
    # old_names: joined by ';', as in the file.
    """CREATE TABLE streets (
        name_ru TEXT PRIMARY KEY,
        name_kk TEXT NOT NULL,
        old_names TEXT NOT NULL
    )""",
    """CREATE TABLE signers (
        id ROW_ID,
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        full_name BYTEA NOT NULL,
        position_ru TEXT NOT NULL,
        position_kk TEXT NOT NULL,
        valid_from TEXT NOT NULL,
        valid_to TEXT
    )""",
    # check_index is the blind index of number and check code together. facts, pdf and check_code are sealed.
    """CREATE TABLE papers (
        id ROW_ID,
        kind TEXT NOT NULL CHECK (kind IN ('attachment', 'home_call', 'appointment')),
        request_id BIGINT NOT NULL REFERENCES requests (id),
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        person_id BIGINT REFERENCES people (id),
        number TEXT NOT NULL,
        check_index BYTEA NOT NULL,
        check_code BYTEA NOT NULL,
        facts BYTEA,
        pdf BYTEA,
        digest TEXT,
        signed_by BYTEA,
        owed_at BIGINT NOT NULL,
        issued_at BIGINT,
        valid_until BIGINT,
        withdrawn_at BIGINT,
        CHECK (issued_at IS NULL OR digest IS NOT NULL)
    )""",
)

INDEXES: Final = (
    "CREATE INDEX signers_clinic ON signers (clinic_no)",
    "CREATE UNIQUE INDEX papers_one ON papers (request_id, kind) WHERE withdrawn_at IS NULL",
    "CREATE UNIQUE INDEX papers_check ON papers (check_index)",
    "CREATE INDEX papers_owed ON papers (owed_at)",
    "CREATE INDEX papers_person ON papers (person_id) WHERE person_id IS NOT NULL",
)
