"""What an entry of a publisher may say: checked before anything is written, in words for whoever typed it."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from oseredok_cli import tables
from oseredok_cli.access.grants import ISIL, reserved
from oseredok_cli.access.publishers import SLUG, Publisher
from oseredok_cli.local.errors import LocalError
from oseredok_contracts import intake
from oseredok_contracts.envelope import UriReference

ANY = "*"
TYPES: Mapping[str, str] = {
    **dict.fromkeys(intake.EVENTS_TYPES, "events"),
    **dict.fromkeys(intake.REGISTRY_TYPES, "registry"),
}
"""What publishers may tell, and the service that takes it."""

_taken: TypeAdapter[str] = TypeAdapter(UriReference)
_CHAR = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_URI = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*:|(?![^/?#]*:))"  # a scheme; without one, no colon in the first segment
    rf"(?://(?:{_CHAR}*|(?:{_CHAR}*@)?\[[0-9A-Fa-f:.]+\](?::\d*)?)(?=[/?#]|$))?"
    rf"(?:{_CHAR}|/)*(?:\?(?:{_CHAR}|[/?])*)?(?:#(?:{_CHAR}|[/?])*)?"
)
"""A URI-reference (RFC 3986, section 4.1); of an address in brackets only the characters are looked at."""


def check_name(slug: str) -> None:
    """Raises LocalError for what no publisher may be named."""
    if slug == ISIL:
        raise LocalError(f"no publisher can be named {ISIL}: in events it stands for ISO 15511, by which libraries go")
    if reserved(slug):
        raise LocalError(f"no publisher can be named {slug}: in Kafka that is a name of the platform's own")
    if not SLUG.fullmatch(slug):
        raise LocalError(f"a publisher cannot be named {slug!r}: a letter, then 1 to 30 of a-z, 0-9 and -")


def check_entry(slug: str, entry: Mapping[str, Any], known: Sequence[Publisher], programme: Path) -> None:
    """Sources, types and territory of an entry, or of a change to it. Raises LocalError."""
    _check_sources(entry.get("sources", []), {p.slug: p for p in known if p.slug != slug})
    if unknown := sorted(set(entry.get("types", [])) - {ANY} - TYPES.keys()):
        raise LocalError(f"no event type of publishers is named {unknown[0]}: shared/contracts lists them")
    wanted = set(entry.get("territory", [])) - {ANY}
    if wanted and (strange := sorted(wanted - tables.paths(programme).keys())):
        raise LocalError(f"{strange[0]} is no unit of the codifier: see {programme / tables.UNITS}")


def _check_sources(sources: Sequence[str], others: Mapping[str, Publisher]) -> None:
    owners = {source: slug for slug, publisher in others.items() for source in publisher.entry["sources"]}
    for source in sources:
        if not _is_source(source):
            raise LocalError(f"{source!r} is no URI (RFC 3986) of 1 to 255 characters, as https://name.example is")
        if source in owners:
            raise LocalError(f"{source} is a source of {owners[source]} already: each has one owner")


def _is_source(source: str) -> bool:
    """Whether it is a URI-reference, and an event that names it is taken."""
    try:
        _taken.validate_python(source)
    except ValidationError:
        return False
    return _URI.fullmatch(source) is not None
