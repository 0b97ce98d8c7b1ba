"""What becomes of an event at the door, and why: the same verdict and code by whichever way the event came."""

import re
from dataclasses import dataclass
from enum import StrEnum

_UNSTORABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Verdict(StrEnum):
    """received = accepted + duplicate + waiting + quarantined + rejected, per publisher and exactly."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    WAITING = "waiting"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


class Code(StrEnum):
    """Why an event is invalid. Codes are part of the contract: they are added, never renamed."""

    VALUE_MISSING = "value_missing"
    VALUE_TOO_LARGE = "value_too_large"
    HEADER_INVALID = "header_invalid"
    CONTENT_TYPE_UNSUPPORTED = "content_type_unsupported"
    JSON_MALFORMED = "json_malformed"
    NESTED_TOO_DEEP = "nested_too_deep"
    TOO_MANY_KEYS = "too_many_keys"
    ENVELOPE_INVALID = "envelope_invalid"
    TYPE_UNKNOWN = "type_unknown"
    VERSION_UNKNOWN = "version_unknown"
    TYPE_NOT_ALLOWED = "type_not_allowed"
    SOURCE_FOREIGN = "source_foreign"
    PUBLISHER_SUSPENDED = "publisher_suspended"
    TIME_IN_FUTURE = "time_in_future"
    DATA_INVALID = "data_invalid"
    FIELD_UNKNOWN = "field_unknown"
    TEXT_FORBIDDEN = "text_forbidden"
    ATTENDANCE_SUM = "attendance_sum"
    PERIOD_INVALID = "period_invalid"
    HROMADA_UNKNOWN = "hromada_unknown"
    TERRITORY_UNKNOWN = "territory_unknown"
    TERRITORY_FOREIGN = "territory_foreign"
    LIBRARY_FOREIGN = "library_foreign"
    REFERENCE_TAKEN = "reference_taken"
    CONFLICT = "conflict"
    STATE_REFUSES = "state_refuses"
    WAITING_EXPIRED = "waiting_expired"
    WAITING_FULL = "waiting_full"
    STORAGE_REFUSED = "storage_refused"
    UNEXPECTED = "unexpected"


HINTS: dict[Code, str] = {
    Code.VALUE_MISSING: "The record has no value. Intake topics take events only; to withdraw one, publish voided.",
    Code.VALUE_TOO_LARGE: "An event may have 256 KiB. Shorten its texts, or publish a link instead.",
    Code.HEADER_INVALID: "Every ce_ header is UTF-8 text and occurs once; remove or mend the one named.",
    Code.CONTENT_TYPE_UNSUPPORTED: "Send application/cloudevents+json, or ce_ headers with application/json.",
    Code.JSON_MALFORMED: "The value is not JSON (RFC 8259): mend it at the position named. NaN and Infinity are none.",
    Code.NESTED_TOO_DEEP: "JSON may nest 32 levels.",
    Code.TOO_MANY_KEYS: "An event may have 1,000 keys.",
    Code.ENVELOPE_INVALID: "Mend the CloudEvents 1.0 attribute named.",
    Code.TYPE_UNKNOWN: "Check the spelling of type; the contract lists those that intake takes.",
    Code.VERSION_UNKNOWN: "This major version of the type is not taken; publish the one that the contract lists.",
    Code.TYPE_NOT_ALLOWED: "Your access entry doesn't list this type. Ask the operator to add it.",
    Code.SOURCE_FOREIGN: "Use a source of your own access entry, or ask the operator to add this one.",
    Code.PUBLISHER_SUSPENDED: "Your access is suspended. Ask the operator why; what you sent lies in quarantine.",
    Code.TIME_IN_FUTURE: "time says when you recorded the fact; it lies over 5 minutes ahead. Check your clock.",
    Code.DATA_INVALID: "Mend the field that the pointer names; the schema of the type says what it takes.",
    Code.FIELD_UNKNOWN: "The schema has no such field. Check its spelling, or remove it.",
    Code.TEXT_FORBIDDEN: "Remove control and text-direction characters from the text.",
    Code.ATTENDANCE_SUM: "The counts by sex, age and mode must add up to total.",
    Code.PERIOD_INVALID: "The end of a period must not lie before its start.",
    Code.HROMADA_UNKNOWN: "No hromada has this code in the official codifier (KATOTTG). Check the 17 digits.",
    Code.TERRITORY_UNKNOWN: "The codifier (KATOTTG) has no unit of the top level with this code: an oblast or a city.",
    Code.TERRITORY_FOREIGN: "The place lies outside the territory of your access entry.",
    Code.LIBRARY_FOREIGN: "Name a library by our id, its ISIL or an id of your own, not by another publisher's.",
    Code.REFERENCE_TAKEN: "Your id and this ISIL name two different libraries. Check the ISIL, or ask the operator.",
    Code.CONFLICT: "This source and id came before with other content. Publish a change as a new event with a new id.",
    Code.STATE_REFUSES: "The activity's state doesn't allow this fact; the detail says which state it is in.",
    Code.WAITING_EXPIRED: "What the event refers to did not come within 7 days. Publish that first, then this again.",
    Code.WAITING_FULL: "10,000 of your events wait for something unknown. Publish what they refer to first.",
    Code.STORAGE_REFUSED: "The database refused a value in this event; tell the operator its id.",
    Code.UNEXPECTED: "Processing failed for a reason of ours; the operator sees it and can redrive it.",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an event is invalid: stable code, detail in English (at most 1 KB), RFC 6901 pointer into the event."""

    code: Code
    detail: str
    pointer: str = ""

    @property
    def hint(self) -> str:
        """What the publisher can do about it."""
        return HINTS[self.code]


class Invalid(Exception):
    """Raised where an event turns out to be invalid; carries its Problem."""

    def __init__(self, code: Code, detail: str, pointer: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.problem = Problem(code, _plain(detail, 1000), _plain(pointer, 500))


def _plain(text: str, length: int) -> str:
    """Text that may have come from the event, without what PostgreSQL and terminals can't take."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text[:length])
