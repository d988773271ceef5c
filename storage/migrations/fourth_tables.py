"""Which doctor of the clinic's list one of the staff is; and the wrong replies of a phone, to be counted."""

from typing import Final

COLUMNS: Final = ("ALTER TABLE staff ADD COLUMN doctor_no TEXT REFERENCES doctors (doctor_no)",)

INDEXES: Final = (
    # How often a phone has answered an SMS with a wrong code.
    "CREATE INDEX inbox_wrong_replies ON inbox (address_key, received_at) WHERE outcome = 'wrong_reply'",
    "CREATE INDEX staff_doctor ON staff (doctor_no) WHERE doctor_no IS NOT NULL AND left_at IS NULL",
)
