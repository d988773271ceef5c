"""Tables of the appointment: the times of doctors, changes of schedules, rooms in use, the waiting list.

Instants are BIGINT microseconds of UTC, days TEXT 'YYYY-MM-DD', local times TEXT 'HH:MM'. Nothing personal
stands here: a booking is the id of a request.
"""

from typing import Final

COLUMNS: Final = (
    "ALTER TABLE clinics ADD COLUMN rooms_exclusive INTEGER NOT NULL DEFAULT 0",
    # The doctor of the person's district, if the clinic's list says so.
    "ALTER TABLE attachments ADD COLUMN doctor_no TEXT",
)

TABLES: Final = (
    # held_by is a conversation, or a request of the waiting list that the time is offered to. lost_by is
    # the request whose booking the clinic could not keep.
    """CREATE TABLE slots (
        id ROW_ID,
        doctor_no TEXT NOT NULL REFERENCES doctors (doctor_no),
        clinic_no INTEGER NOT NULL,
        role TEXT NOT NULL,
        day TEXT NOT NULL,
        starts BIGINT NOT NULL,
        ends BIGINT NOT NULL,
        room TEXT NOT NULL,
        opens_at BIGINT NOT NULL,
        held_by BIGINT,
        held_until BIGINT,
        request_id BIGINT REFERENCES requests (id),
        lost_by BIGINT,
        closed_at BIGINT,
        UNIQUE (doctor_no, starts),
        CHECK (starts < ends),
        CHECK ((held_by IS NULL) = (held_until IS NULL)),
        CHECK (request_id IS NULL OR closed_at IS NULL)
    )""",
    """CREATE TABLE schedule_changes (
        id ROW_ID,
        clinic_no INTEGER NOT NULL REFERENCES clinics (no),
        day TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('day_off', 'extra_hours', 'substitution', 'closed_day')),
        doctor_no TEXT REFERENCES doctors (doctor_no),
        starts TEXT,
        ends TEXT,
        slot_minutes INTEGER NOT NULL,
        room TEXT,
        substitute_no TEXT REFERENCES doctors (doctor_no),
        made_by TEXT NOT NULL,
        made_at BIGINT NOT NULL,
        ended_at BIGINT
    )""",
    # One doctor per room and quarter of an hour, in clinics that say so; quarter counts from 1970.
    """CREATE TABLE room_use (
        clinic_no INTEGER NOT NULL,
        room TEXT NOT NULL,
        quarter BIGINT NOT NULL,
        doctor_no TEXT NOT NULL,
        PRIMARY KEY (clinic_no, room, quarter)
    )""",
    """CREATE TABLE waiting (
        id ROW_ID,
        request_id BIGINT NOT NULL REFERENCES requests (id),
        clinic_no INTEGER NOT NULL,
        role TEXT NOT NULL,
        doctor_no TEXT,
        since BIGINT NOT NULL,
        offered_slot BIGINT,
        offered_until BIGINT,
        ended_at BIGINT,
        CHECK ((offered_slot IS NULL) = (offered_until IS NULL)),
        CHECK (ended_at IS NULL OR offered_slot IS NULL)
    )""",
    """CREATE TABLE offers (
        slot_id BIGINT NOT NULL,
        waiting_id BIGINT NOT NULL REFERENCES waiting (id),
        offered_at BIGINT NOT NULL,
        PRIMARY KEY (slot_id, waiting_id)
    )""",
)

INDEXES: Final = (
    # What a citizen is shown: in the order shown, and nothing that is taken.
    """CREATE INDEX slots_free ON slots (clinic_no, role, starts, doctor_no)
    WHERE request_id IS NULL AND closed_at IS NULL""",
    """CREATE INDEX slots_free_of_doctor ON slots (doctor_no, starts)
    WHERE request_id IS NULL AND closed_at IS NULL""",
    # Not a UNIQUE column: "nobody has it" would be looked up in its index, among all that are free.
    "CREATE UNIQUE INDEX slots_request ON slots (request_id) WHERE request_id IS NOT NULL",
    "CREATE INDEX slots_held ON slots (held_by) WHERE held_by IS NOT NULL",
    "CREATE INDEX slots_past ON slots (ends)",
    "CREATE INDEX schedule_changes_day ON schedule_changes (clinic_no, day) WHERE ended_at IS NULL",
    """CREATE UNIQUE INDEX schedule_changes_once
    ON schedule_changes (clinic_no, day, kind, COALESCE(doctor_no, ''), COALESCE(starts, ''))
    WHERE ended_at IS NULL""",
    "CREATE INDEX room_use_doctor ON room_use (doctor_no, quarter)",
    "CREATE UNIQUE INDEX waiting_open ON waiting (request_id) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX waiting_offered ON waiting (offered_slot) WHERE offered_slot IS NOT NULL",
    "CREATE INDEX waiting_line ON waiting (clinic_no, role, since, id) WHERE ended_at IS NULL",
)
