"""Requests to the college as their people may see them."""

from collections.abc import Iterable, Sequence

from dialogs import facts
from dialogs.facts import TrainingCard
from rules.training import Graduation
from storage import training
from storage.database import Reader
from storage.training import Training, TrainingMark


async def cards(reader: Reader, person_ids: Iterable[str]) -> tuple[TrainingCard, ...]:
    """What was asked for these people as they may see it, newest first."""
    people = tuple(dict.fromkeys(person_ids))
    requests = await training.of_people(reader, people)
    if not requests:
        return ()
    # However many there are, they cost the same few looks for each person.
    steps: dict[int, tuple[TrainingMark, ...]] = {}
    records: dict[int, Graduation] = {}
    for person_id in people:
        records |= await training.graduations_asked_for(reader, person_id)
        steps |= await training.marks_of_person(reader, person_id)
    return tuple(_card(one, records.get(one.graduate_id), steps.get(one.id, ())) for one in requests)


def _card(request: Training, record: Graduation | None, steps: Sequence[TrainingMark]) -> TrainingCard:
    """The request as its person may see it."""
    return TrainingCard(
        id=request.id,
        number=request.number,
        asked=request.asked,
        stage=request.stage,
        version=request.version,
        clinic_no=request.clinic_no,
        person_id=request.person_id or "",
        filed_at=request.filed_at,
        due_on=request.due_on,
        suspended=request.suspended_on is not None,
        ground=request.ground,
        document=None if record is None else record.document,
        programme="" if record is None else record.title,
        marks=tuple(facts.TrainingMark(one.step, one.at) for one in steps),
    )
