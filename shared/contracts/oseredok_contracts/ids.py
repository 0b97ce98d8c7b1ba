"""Our ids: UUIDv5 (RFC 9562, 5.5) of what the outside calls a thing: who knows the outside name can tell ours."""

import uuid

# Never to change: every id that was ever announced hangs on it.
_OURS = uuid.UUID("0d1f0d3e-5b1c-5c5e-9d43-6f73657265c4")


def activity_id(publisher: str, subject: str) -> uuid.UUID:
    """The activity that this publisher (a slug) calls `subject`, in NFC."""
    return uuid.uuid5(_OURS, f"activity/{publisher}/{subject}")


def library_id(authority: str, reference: str) -> uuid.UUID:
    """The library first seen under this reference of this authority (a slug)."""
    return uuid.uuid5(_OURS, f"library/{authority}/{reference}")


def organisation_id(slug: str) -> uuid.UUID:
    """The organisation that the programme calls so."""
    return uuid.uuid5(_OURS, f"organisation/{slug}")


def report_id(noun: str, publisher: str, subject: str) -> uuid.UUID:
    """What this publisher calls `subject`, of a noun other than activity: `learning`, `outcome` or `publication`."""
    return uuid.uuid5(_OURS, f"{noun}/{publisher}/{subject}")
