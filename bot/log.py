"""Logs: one line of JSON each, with ids and codes; what looks like a person is taken out (S18).

Nobody is meant to log a person in the first place. This is the second net: anything that
looks like an IIN, a phone, a code, a token or an address book's field is masked.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, TextIO

import structlog

MASK: Final = "***"
PERSONAL: Final = re.compile(
    r"(?<!\d)\d{3,20}:[A-Za-z0-9_-]{20,}"  # a bot's token, also inside an address
    r"|(?<![\d.])(?:\+?[78][\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2})(?!\d)"  # a phone
    r"|(?<!\d)\d{12}(?!\d)"  # an IIN
    r"|(?<![\d.:-])\d{6}(?![\d.:-])"  # a code
    r"|\b(?:AC|SK)[0-9a-f]{32}\b"
    r"|[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]{2,}(?:[\s-]+[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]+)*"  # nobody logs in Cyrillic
)
# What these hold is a person's, whatever it looks like.
NEVER: Final = frozenset(
    {
        *("iin", "phone", "name", "surname", "patronymic", "text", "body", "birth_date", "code_typed"),
        *("token", "secret", "password", "words", "reason_words", "address_text", "update"),
    }
)


def set_up(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Log as JSON from here on; the standard library's loggers (aiohttp's among them) too."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        masked,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stderr),
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                masked,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(
        handlers=[handler], level=max(logging.WARNING, logging.getLevelName(level)), force=True
    )


def masked(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out of a log line whatever looks like a person or a secret."""
    del logger, method
    for name, value in event.items():
        if name not in {"timestamp", "level"}:
            event[name] = MASK if name in NEVER else without_people(value)
    return event


def without_people(value: Any) -> Any:
    """Return ``value`` with everything that looks like a person or a secret masked, at any depth."""
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, Mapping):
        return {
            without_people(name): MASK if name in NEVER else without_people(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [without_people(inner) for inner in value]
    return PERSONAL.sub(MASK, str(value))
