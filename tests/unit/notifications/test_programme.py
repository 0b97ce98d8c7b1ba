"""The programme's recipients: made up, sound, and somebody of each kind wherever a press club may be held."""

import csv
from collections import Counter

from oseredok_notifications import sheets
from support.servers import ROOT

PROGRAMME = ROOT / "deploy" / "programme"
FOUND = sheets.read((PROGRAMME / "recipients.csv").read_bytes())
PEOPLE = list(FOUND.rows.values())


def table(name: str) -> list[dict[str, str]]:
    """Another of the programme's tables."""
    with (PROGRAMME / name).open(newline="") as file:
        return list(csv.DictReader(file))


def test_it_can_be_loaded() -> None:
    """No faults; every territory is in the codifier."""
    units = {row["code"] for row in table("katottg/units.csv")}
    assert FOUND.faults == []
    assert sheets.faults_against(FOUND.rows, [], units) == []


def test_nobody_in_it_exists() -> None:
    """All are marked as made up, and their addresses end in what no mail server answers for (RFC 2606)."""
    assert all(entry.illustrative and entry.address.endswith(".example") for entry in PEOPLE)


def test_every_library_has_its_librarian() -> None:
    """At home in the library's hromada."""
    libraries = {row["id"]: row["hromada"] for row in table("libraries.csv")}
    assert {e.library: e.territory for e in PEOPLE if e.role == "librarian"} == libraries


def test_every_oblast_has_a_consultant_and_two_media() -> None:
    """The 24 of the regional offices, and Kyiv, where the library of Kyiv oblast stands."""
    oblasts = {row["territory"] for row in table("organisations.csv") if row["kind"] == "regional_office"}
    wanted = {*oblasts, "UA80000000000093317"}
    assert len(oblasts) == 24
    assert Counter(e.territory for e in PEOPLE if e.role == "regional_consultant") == dict.fromkeys(wanted, 1)
    assert Counter(e.territory for e in PEOPLE if e.role == "media") == dict.fromkeys(wanted, 2)
