"""The programme's territory file: a bad one says what is wrong, and never hangs the service that reads it."""

import json
from typing import Any

import pytest

from oseredok_events.libraries import read_territory

OBLAST, RAION, HROMADA = "UA71000000000010357", "UA71080000000010357", "UA71080010000010357"


def text(*units: tuple[str, str, str | None]) -> str:
    """A file of these units: code, category, parent."""
    made: list[dict[str, Any]] = [{"code": c, "category": k, "name": c, "parent": p} for c, k, p in units]
    return json.dumps({"units": made})


def test_a_place_has_its_path_from_the_oblast_down() -> None:
    """Names and codes of the oblast, and all codes between."""
    place = read_territory(text((OBLAST, "O", None), (RAION, "P", OBLAST), (HROMADA, "H", RAION)))[HROMADA]
    assert (place.oblast, place.hromada, place.path) == (OBLAST, HROMADA, (OBLAST, RAION, HROMADA))


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (text(), "units"),
        (text((HROMADA, "H", RAION)), "is not in the file"),
        (text((RAION, "P", HROMADA), (HROMADA, "H", RAION)), "inside itself"),
        (text((HROMADA, "H", HROMADA)), "inside itself"),
        ("{", "territory.json"),
        (text(("UA1", "O", None)), "code"),
    ],
)
def test_a_bad_file_says_what_is_wrong(file: str, says: str) -> None:
    """A parent that is missing, a unit inside itself, a code that is none."""
    with pytest.raises(ValueError, match=says):
        read_territory(file)
