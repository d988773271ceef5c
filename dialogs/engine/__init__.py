"""The engine that runs dialogs: replay, questions, reading of input.

Nothing here does I/O, knows a channel, a language or a clock. A dialog is a plain
async function; at every message it runs again from the top over the answers given
so far. The laws of the engine:

1. Answers are journaled under the key of their question. Facts never are.
2. A dialog acts on the world only through ``submit``; a code is a gate, never an answer.
   What is submitted is done once; only what is declared reversible can be gone back over.
3. A question asked twice in one run is an error, so no dialog can loop.
4. Whatever interrupts a dialog (an open question, a gate, a submit) is a
   ``BaseException``: a dialog cannot swallow it by catching ``Exception``.
"""

from dialogs.engine.folding import fold
from dialogs.engine.inputs import (
    Input,
    Pressed,
    Said,
    SentFile,
    SentOther,
    SharedContact,
    SharedLocation,
)
from dialogs.engine.journal import Entry, Journal, Json, Kind, digest, pack, unpack
from dialogs.engine.questions import NotUnderstood, Option, Question, Want, WrongValue
from dialogs.engine.reading import Answered, Moved, NotRead, Reading, Repeated, clean, read
from dialogs.engine.replay import (
    Asked,
    AskedTwice,
    AtGate,
    Dialog,
    End,
    Ended,
    Gate,
    Outcome,
    Passed,
    Paused,
    Ports,
    Submitting,
    Suspended,
    Unavailable,
    answer_of,
    ask,
    back,
    dialog,
    end,
    gate,
    leave_by,
    receipt_of,
    receipted,
    replay,
    revise,
    submit,
)
from dialogs.engine.words import Plain, Sentence, T

__all__ = [
    "Answered",
    "Asked",
    "AskedTwice",
    "AtGate",
    "Dialog",
    "End",
    "Ended",
    "Entry",
    "Gate",
    "Input",
    "Journal",
    "Json",
    "Kind",
    "Moved",
    "NotRead",
    "NotUnderstood",
    "Option",
    "Outcome",
    "Passed",
    "Paused",
    "Plain",
    "Ports",
    "Pressed",
    "Question",
    "Reading",
    "Repeated",
    "Said",
    "SentFile",
    "SentOther",
    "Sentence",
    "SharedContact",
    "SharedLocation",
    "Submitting",
    "Suspended",
    "T",
    "Unavailable",
    "Want",
    "WrongValue",
    "answer_of",
    "ask",
    "back",
    "clean",
    "dialog",
    "digest",
    "end",
    "fold",
    "gate",
    "leave_by",
    "pack",
    "read",
    "receipt_of",
    "receipted",
    "replay",
    "revise",
    "submit",
    "unpack",
]
