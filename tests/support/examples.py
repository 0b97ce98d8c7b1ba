"""The contract's examples, for whoever needs real-looking events."""

import json
from pathlib import Path
from typing import Any

from oseredok_contracts import schemas

FOLDER = schemas.FOLDER.parent / "examples"


def paths() -> list[Path]:
    """Every example: `<type>/<story>.json`. Files of one name tell one activity's story."""
    return sorted(FOLDER.glob("*/*.json"))


def name(path: Path) -> str:
    """For test ids."""
    return f"{path.parent.name}/{path.stem}"


def event(event_type: str, story: str) -> dict[str, Any]:
    """One example, parsed."""
    found: dict[str, Any] = json.loads((FOLDER / event_type / f"{story}.json").read_bytes())
    return found


def held() -> dict[str, Any]:
    """An event of the kind that comes most often, with attendance by cells."""
    return event("org.oseredok.intake.activity.held.v1", "pishchana-deklaratsiia")
