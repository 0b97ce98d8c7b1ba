"""Entries of publishers: what is refused before anything is written, in words for whoever typed it."""

from typing import Any

import pytest

from oseredok_cli.access.checks import check_entry, check_name
from oseredok_cli.access.publishers import Publisher
from oseredok_cli.local.errors import LocalError
from support.servers import ROOT

PROGRAMME = ROOT / "deploy" / "programme"
KNOWN = [Publisher("mriya", {"sources": ["https://mriya.example"]}, of_programme=False)]


def check(slug: str = "zirka", **entry: Any) -> None:
    check_entry(slug, entry, KNOWN, PROGRAMME)


@pytest.mark.parametrize(
    ("slug", "why"),
    [
        ("isil", "ISO 15511"),
        ("admin", "the platform's own"),
        ("oseredok-events", "the platform's own"),
        ("Mriya", "a letter, then 1 to 30"),
        ("m", "a letter, then 1 to 30"),
    ],
)
def test_some_names_are_nobodys(slug: str, why: str) -> None:
    """Each refusal says why."""
    check_name("mriya-2")
    with pytest.raises(LocalError, match=why):
        check_name(slug)


@pytest.mark.parametrize(
    "source",
    [
        "https://zirka.example/oseredok",
        "https://user@zirka.example:8443/a;b=1?x=%D0%B6/?#part",
        "https://[2001:db8::1]:8080/",
        "http://[::1]",
        "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
        "mailto:it@zirka.example",
        "/relative/reference",
        "relative",
        "?only=query",
        "//zirka.example",
    ],
)
def test_a_source_is_a_uri_reference(source: str) -> None:
    """As RFC 3986 has it, with a scheme or without."""
    check(sources=[source])


@pytest.mark.parametrize(
    "source",
    [
        "",
        "https://мрія.example",
        "two words",
        "https://zirka.example/%zz",
        "https://zirka.example/%4",
        "https://zirka.example/#one#two",
        "https://zirka.example/[x]",
        "http://[::1",
        "1st:colon",
        "line\nfeed",
        "https://zirka.example/\n",
        "x" * 256,
    ],
)
def test_what_is_no_uri_is_no_source(source: str) -> None:
    """Else every event that names it would be refused."""
    with pytest.raises(LocalError, match="RFC 3986"):
        check(sources=["https://zirka.example", source])


def test_a_source_has_one_owner() -> None:
    """Another's is refused; one's own may be given again."""
    with pytest.raises(LocalError, match="a source of mriya already"):
        check(sources=["https://mriya.example"])
    check("mriya", sources=["https://mriya.example"])


def test_territory_is_of_the_codifier() -> None:
    """A unit of any level; everywhere is a star."""
    check(territory=["UA71000000000010357", "UA71020130000086047", "*"])
    with pytest.raises(LocalError, match=r"UA99000000000000000 is no unit of the codifier.*units\.csv"):
        check(territory=["UA71000000000010357", "UA99000000000000000"])


def test_types_are_those_that_publishers_tell() -> None:
    """What the platform itself announces is none of them."""
    check(types=["org.oseredok.intake.activity.held.v1", "*"])
    for name in ("org.oseredok.intake.activity.held.v9", "org.oseredok.registry.library.state.v1"):
        with pytest.raises(LocalError, match="no event type of publishers"):
            check(types=[name])
