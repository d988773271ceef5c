"""Tables of the journals: numbered entries that are never changed, and what proves them.

Instants are BIGINT microseconds of UTC, days TEXT 'YYYY-MM-DD'. The only personal field is the name of a
doctor who was typed in: the sealed one of the request, copied, so it opens as that one does.
"""

from typing import Final

_REGISTERS: Final = "'home_calls', 'appointments', 'attachments', 'contacts'"

# An entry is one step of a request; what the step left of the request is kept as it was then.
JOURNAL: Final = f"""CREATE TABLE journal (
        id ROW_ID,
        clinic_no INTEGER NOT NULL,
        register TEXT NOT NULL CHECK (register IN ({_REGISTERS})),
        year INTEGER NOT NULL,
        no BIGINT NOT NULL CHECK (no > 0),
        at BIGINT NOT NULL,
        request_id BIGINT NOT NULL,
        mark INTEGER NOT NULL,
        visit_day TEXT,
        ground TEXT,
        doctor_no TEXT,
        doctor_role TEXT,
        doctor_name BYTEA,
        window_start BIGINT,
        window_end BIGINT,
        UNIQUE (clinic_no, register, year, no),
        UNIQUE (request_id, mark, register),
        FOREIGN KEY (request_id, mark) REFERENCES request_marks (request_id, seq)
    )"""

TABLES: Final = (
    # Which register the steps of a service are entered in; a service that is not here has contacts only.
    """CREATE TABLE journal_registers (
        service TEXT PRIMARY KEY,
        register TEXT NOT NULL
    )""",
    # The last number given: taken in the transaction of the entry, so that a rollback gives it back.
    f"""CREATE TABLE journal_series (
        clinic_no INTEGER NOT NULL,
        register TEXT NOT NULL CHECK (register IN ({_REGISTERS})),
        year INTEGER NOT NULL,
        last BIGINT NOT NULL,
        PRIMARY KEY (clinic_no, register, year)
    )""",
    JOURNAL,
    # Up to which number the entries were sealed, by which digest, and by which entry of the audit chain.
    """CREATE TABLE journal_seals (
        clinic_no INTEGER NOT NULL,
        register TEXT NOT NULL,
        year INTEGER NOT NULL,
        no BIGINT NOT NULL,
        digest BYTEA NOT NULL,
        audit_seq BIGINT NOT NULL,
        PRIMARY KEY (clinic_no, register, year, no)
    )""",
)

INDEXES: Final = (
    "CREATE INDEX journal_period ON journal (clinic_no, register, at, year, no)",
    "CREATE INDEX journal_doctor_names ON journal (id) WHERE doctor_name IS NOT NULL",
)

REGISTERS: Final = """INSERT INTO journal_registers (service, register) VALUES
    ('home_call', 'home_calls'), ('appointment', 'appointments'), ('attachment', 'attachments')"""

# Rotation of the key seals a doctor's name anew and retention takes it away; nothing else may change.
_KEPT: Final = (
    "id, clinic_no, register, year, no, at, request_id, mark, visit_day, ground, doctor_no, doctor_role, "
    "window_start, window_end"
)
GUARDS: Final = (
    ("journal_no_update", f"UPDATE OF {_KEPT} ON journal"),
    ("journal_no_delete", "DELETE ON journal"),
    ("journal_seals_no_update", "UPDATE ON journal_seals"),
    ("journal_seals_no_delete", "DELETE ON journal_seals"),
    ("journal_series_no_delete", "DELETE ON journal_series"),
)


def sqlite_guard(name: str, what: str) -> str:
    """The trigger of that name that forbids `what`."""
    return f"CREATE TRIGGER {name} BEFORE {what} BEGIN SELECT RAISE(ABORT, 'the journal is append only'); END"


def postgresql_guard(name: str, what: str) -> str:
    """The same on that engine."""
    return f"CREATE TRIGGER {name} BEFORE {what} FOR EACH ROW EXECUTE FUNCTION append_only()"


SQLITE: Final = tuple(sqlite_guard(name, what) for name, what in GUARDS)

POSTGRESQL: Final = (
    *(postgresql_guard(name, what) for name, what in GUARDS),
    """CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION append_only()""",
)

# Of steps that stood before there was a journal, only the last of each request still says what it left.
_BEFORE: Final = """INSERT INTO journal (id, clinic_no, register, year, no, at, request_id, mark,
    visit_day, ground, doctor_no, doctor_role, doctor_name, window_start, window_end)
SELECT row_number() OVER (ORDER BY e.at, e.request_id, e.seq, e.register), e.clinic_no, e.register, e.year,
    row_number() OVER (PARTITION BY e.clinic_no, e.register, e.year ORDER BY e.at, e.request_id, e.seq),
    e.at, e.request_id, e.seq,
    CASE WHEN e.newest = 1 THEN e.visit_day END, CASE WHEN e.newest = 1 THEN e.ground END,
    CASE WHEN e.newest = 1 THEN e.doctor_no END, CASE WHEN e.newest = 1 THEN e.doctor_role END,
    CASE WHEN e.newest = 1 THEN e.doctor_name END, CASE WHEN e.newest = 1 THEN e.window_start END,
    CASE WHEN e.newest = 1 THEN e.window_end END
FROM (
    SELECT r.clinic_no, g.register, {year} AS year, m.at, m.request_id, m.seq, r.visit_day, r.ground,
           r.doctor_no, r.doctor_role, r.doctor_name, r.window_start, r.window_end,
           CASE WHEN m.seq = (SELECT max(n.seq) FROM request_marks n WHERE n.request_id = r.id)
                THEN 1 ELSE 0 END AS newest
    FROM request_marks m JOIN requests r ON r.id = m.request_id
    JOIN (SELECT service, register, 0 AS first_only FROM journal_registers
          UNION ALL SELECT DISTINCT service, 'contacts', 1 FROM requests) g ON g.service = r.service
    WHERE g.first_only = 0 OR m.seq = 1
) e"""

_COUNTED: Final = """INSERT INTO journal_series (clinic_no, register, year, last)
    SELECT clinic_no, register, year, max(no) FROM journal GROUP BY clinic_no, register, year"""

# The year of the registry's own numbers: Almaty's, which has been five hours ahead of UTC since 2024.
_SQLITE_YEAR: Final = "CAST(strftime('%Y', m.at / 1000000 + 18000, 'unixepoch') AS INTEGER)"
_POSTGRESQL_YEAR: Final = (
    "CAST(EXTRACT(YEAR FROM to_timestamp(m.at / 1000000) AT TIME ZONE 'Asia/Almaty') AS INTEGER)"
)


def entries_before(engine: str) -> tuple[str, ...]:
    """What enters the steps of a registry that is older than its journals, in order of their instants."""
    year = _SQLITE_YEAR if engine == "sqlite" else _POSTGRESQL_YEAR
    return (_BEFORE.format(year=year), _COUNTED)
