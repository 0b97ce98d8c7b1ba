"""Sound events to start from, and rows of the table in which they have one thing wrong."""

from typing import Any

from integration.door.row import BATCH, BATCH_HEADERS, Event, Row, invalid
from oseredok_contracts.verdict import Code
from support.sample import event

KYIV = "UA80000000000093317"


def held(number: int = 1, **data: Any) -> Event:
    """A sound event about a thing of its own, but for changes of its data."""
    return event("held", "a spoilt one", "e-spoilt", number=number, **data)


def without(told: Event, name: str) -> Event:
    """Without a field of the envelope, else of data."""
    if name in told:
        return {key: value for key, value in told.items() if key != name}
    return told | {"data": without(told["data"], name)}


def bad(code: Code, pointer: str, **data: Any) -> Row:
    return invalid(code, held(**data), pointer)


def odd(pointer: str, told: Event, code: Code = Code.ENVELOPE_INVALID, **more: Any) -> Row:
    return invalid(code, told, pointer, **more)


def spoilt(code: Code, value: bytes | None, cannot: Any = BATCH) -> Row:
    """Another value in place of the sound one."""
    return invalid(code, held(), spoil=lambda _: value, cannot=cannot)


def replaced(before: bytes, after: bytes) -> Row:
    return invalid(Code.JSON_MALFORMED, held(), spoil=lambda value: value.replace(before, after), cannot=BATCH)


def headed(*headers: tuple[str, bytes | None], told: Event | None = None, cannot: Any = BATCH_HEADERS) -> Row:
    return invalid(Code.HEADER_INVALID, told or held(), headers=headers, cannot=cannot)


def deep(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


def declared(event_id: str, subject: str = "17", number: int = 1, /, **data: Any) -> Event:
    """A library, told to the registry."""
    told = {"name": "Бібліотека-філія", "hromada": KYIV} | data
    return event("planned", subject, event_id, number=number) | {
        "type": "org.oseredok.intake.library.declared.v1",
        "data": told,
    }
