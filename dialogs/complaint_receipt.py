"""The proof that a complaint was accepted, with its seven data (CO-05)."""

from dialogs.engine import Sentence, T
from dialogs.engine.words import Named
from rules.clinics import Clinic
from rules.complaint_terms import EXAMINED_WITHIN
from rules.complaints import AnswerWay
from rules.days import Day, Instant
from rules.law import rule


@rule("CO-05", "X-33", "G-58")
def receipt_words(
    clinic: Clinic, number: str, filed_at: Instant, official: str, due: Day, answer_way: AnswerWay
) -> tuple[Sentence, ...]:
    """Stamp of the office, incoming number, date, time, official, term and place of the answer.

    ``official`` is "" while the clinic has nobody who may accept it: that is said, and who it is follows.
    """
    local = clinic.local(filed_at)
    key = "complaint.receipt" if official else "complaint.receipt_unnamed"
    named = Named(clinic.name_kk, clinic.name_ru)
    place = T(f"complaint.place_{answer_way}", clinic=named, address=clinic.address)
    values = {"official": official} if official else {}
    receipt = T(key, clinic=named, number=number, at=local, due=due, place=place, **values)
    return (receipt, T("complaint.receipt_term", days=EXAMINED_WITHIN.value))
