"""Old copies go on while a schema is brought up to date: a migration adds, and takes away a release later only.

One that takes away is named so, `<number>_contract_<what>.sql`, and belongs into the release after the one whose code
needs no more what it takes (deploy/README.md, Upgrade).
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BEFORE_ANY_RELEASE = {"1003_reports.sql"}
"""Renamed a column when nobody had an installation yet."""
TAKES_AWAY = re.compile(
    r"\bDROP\s+(TABLE|COLUMN|TYPE|VIEW|FUNCTION|SCHEMA|TRIGGER|DEFAULT)\b|\bRENAME\b|\bTRUNCATE\b|\bDELETE\s+FROM\b"
    r"|\bALTER\s+(COLUMN\s+)?\w+\s+(SET\s+DATA\s+)?TYPE\b|\bSET\s+NOT\s+NULL\b"
    r"|\bADD\s+COLUMN\b(?![^,;]*\bDEFAULT\b)[^,;]*\bNOT\s+NULL\b",
    re.IGNORECASE,
)


def takes_away(sql: str) -> str:
    """What an old copy would stumble over; nothing where all is added."""
    found = TAKES_AWAY.search(re.sub(r"--[^\n]*", "", sql))
    return found[0] if found else ""


def test_migrations_only_add() -> None:
    """Those of the plumbing and of every service."""
    files = [*ROOT.glob("shared/*/*/migrations/*.sql"), *ROOT.glob("services/*/*/sql/migrations/*.sql")]
    assert len({file.parent for file in files}) == 5
    found = {file.name: takes_away(file.read_text()) for file in files if "_contract_" not in file.name}
    assert {name: what for name, what in found.items() if what}.keys() <= BEFORE_ANY_RELEASE


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE journal RENAME COLUMN activity TO about;",
        "ALTER TABLE inbox DROP COLUMN content;",
        "DROP TABLE audit;",
        "ALTER TABLE audit ALTER COLUMN why SET NOT NULL;",
        "ALTER TABLE audit ALTER why TYPE integer;",
        "ALTER TABLE audit ADD COLUMN more text NOT NULL;",
        "ALTER TABLE audit ADD COLUMN less text, ADD COLUMN more text NOT NULL CHECK (more <> '');",
    ],
)
def test_what_takes_away_is_seen(sql: str) -> None:
    """Whichever way."""
    assert takes_away(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE audit ADD COLUMN more text;",
        "ALTER TABLE audit ADD COLUMN more text NOT NULL DEFAULT '';",
        "CREATE TABLE other (name text NOT NULL);  -- DROP TABLE in words",
        "DROP INDEX quarantine_at;",
    ],
)
def test_what_adds_is_let_through(sql: str) -> None:
    """An index is no promise; nor is a comment a statement."""
    assert not takes_away(sql)
