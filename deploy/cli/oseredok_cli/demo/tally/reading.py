"""Reads a record of the season file as the published contract says, with plain code of its own.

Nothing of the project is imported: this is the second opinion that the platform's figures are compared with.
"""

import base64
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

VALUE_BYTES_MAX = 262_144
LEVELS_MAX = 32
KEYS_MAX = 1_000
TYPES = {
    "events": {
        **dict.fromkeys(("planned", "rescheduled", "cancelled", "held", "corrected", "voided"), "activity"),
        "reported": "learning outcome",
        "released": "publication",
    },
    "registry": {"declared": "library"},
}
"""What each service takes: facts, and of which nouns."""

_TYPE = re.compile(r"org\.oseredok\.intake\.(?P<noun>[a-z]+)\.(?P<fact>[a-z]+)\.v(?P<version>\d+)\Z")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\Z")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class RefusedError(Exception):
    """The record is invalid; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Told:
    """An event that can be read: one fact about one activity, or a telling of something else."""

    publisher: str
    id: str
    noun: str
    fact: str
    subject: str
    time: datetime
    sequence: str | None
    data: Any

    @property
    def content(self) -> str:
        """What makes a repetition a duplicate."""
        return json.dumps([self.noun, self.fact, self.subject, self.time.timestamp(), self.data], sort_keys=True)


def read(row: dict[str, Any]) -> Told:
    """One line of the season file. Raises RefusedError."""
    value = None if row["value"] is None else base64.b64decode(row["value"])
    headers = [(name, None if text is None else base64.b64decode(text)) for name, text in row["headers"]]
    return _told(_attributes(value, headers), row["publisher"], row["topic"].split(".")[1])


def timestamp(value: object, code: str) -> datetime:
    """RFC 3339 with an offset. Raises RefusedError with the code given."""
    if isinstance(value, str) and _TIMESTAMP.match(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise RefusedError(code)


def text(value: object, code: str, length_max: int) -> str:
    """A text of at least one character, without control characters. Raises RefusedError."""
    if not isinstance(value, str) or not 1 <= len(value) <= length_max:
        raise RefusedError(code)
    if _CONTROL.search(value):
        raise RefusedError("text_forbidden")
    return value


def _attributes(value: bytes | None, headers: list[tuple[str, bytes | None]]) -> dict[str, Any]:
    if value is None:
        raise RefusedError("value_missing")
    if len(value) > VALUE_BYTES_MAX:
        raise RefusedError("value_too_large")
    texts = _header_texts(headers)
    content_type = texts.get("content-type", "application/json")
    binary = {name[3:]: text for name, text in texts.items() if name.startswith("ce_")}
    if binary and not content_type.startswith("application/cloudevents+json"):
        return binary | {"data": _json(value)}
    if not content_type.startswith(("application/cloudevents+json", "application/json")):
        raise RefusedError("content_type_unsupported")
    event = _json(value)
    if not isinstance(event, dict) or "data_base64" in event:
        raise RefusedError("envelope_invalid")
    return event


def _header_texts(headers: list[tuple[str, bytes | None]]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, raw in headers:
        if raw is None or name in texts:
            raise RefusedError("header_invalid")
        try:
            texts[name] = raw.decode()
        except UnicodeDecodeError:
            raise RefusedError("header_invalid") from None
    return texts


def _json(value: bytes) -> Any:
    try:
        plain = value.decode()
        if _levels(plain) > LEVELS_MAX:
            raise RefusedError("nested_too_deep")
        parsed = json.loads(plain, parse_constant=_no_constant)
        json.dumps(parsed, ensure_ascii=False).encode()  # a lone surrogate is no text
    except ValueError:
        raise RefusedError("json_malformed") from None
    if plain.count(":") > KEYS_MAX and _keys(parsed) > KEYS_MAX:
        raise RefusedError("too_many_keys")
    return parsed


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _levels(plain: str) -> int:
    """How deep brackets nest outside of strings."""
    level = deepest = 0
    for bracket in re.findall(r"[\[{\]}]", re.sub(r'"(\\.|[^"\\])*"', "", plain)):
        level += 1 if bracket in "[{" else -1
        deepest = max(deepest, level)
    return deepest


def _keys(parsed: Any) -> int:
    if isinstance(parsed, dict):
        return len(parsed) + sum(_keys(value) for value in parsed.values())
    return sum(_keys(value) for value in parsed) if isinstance(parsed, list) else 0


def _told(event: dict[str, Any], publisher: str, service: str) -> Told:
    invalid = "envelope_invalid"
    if event.get("specversion") != "1.0":
        raise RefusedError(invalid)
    event_id = text(event.get("id"), invalid, 255)
    source = text(event.get("source"), invalid, 255)
    subject = text(event.get("subject"), invalid, 255)
    time = timestamp(event.get("time"), invalid)
    sequence = None if event.get("sequence") is None else text(event["sequence"], invalid, 255)
    noun, fact = _type(text(event.get("type"), invalid, 255), service)
    if source != f"https://{publisher}.example/oseredok":
        raise RefusedError("source_foreign")
    if time > datetime.now(UTC) + timedelta(minutes=5):
        raise RefusedError("time_in_future")
    return Told(publisher, event_id, noun, fact, subject, time, sequence, event.get("data"))


def _type(type_: str, service: str) -> tuple[str, str]:
    found = _TYPE.match(type_)
    if not found or found["noun"] not in TYPES[service].get(found["fact"], "").split():
        raise RefusedError("type_unknown")
    if found["version"] != "1":
        raise RefusedError("version_unknown")
    return found["noun"], found["fact"]
