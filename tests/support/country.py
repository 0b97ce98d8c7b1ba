"""The programme's tables brought to the services that own them, over the same doors as an operator uses.

Of the codifier only what reaches down to hromadas: that is all that events, people and figures refer to, and it takes a
second.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from oseredok_cli.exposition import parse, total
from support.copies import Copy, until
from support.directory import PROGRAMME, units

UNITS = "code,category,name,parent,valid_from,valid_to,successors"
PATIENCE_SECONDS = 60.0


def with_fewer_people(folder: Path, every: int) -> Path:
    """A copy of the programme in which one of so many recipients is left."""
    shutil.copytree(PROGRAMME, folder)
    head, *people = _table(PROGRAMME, "recipients").splitlines(keepends=True)
    (folder / "recipients.csv").write_text("".join([head, *people[::every]]), encoding="utf-8")
    return folder


def load_programme(services: Mapping[str, Copy], programme: Path = PROGRAMME) -> None:
    """Returns when events and notifications know what they have to know. Asserts that nothing is refused."""
    down_to_hromadas = [u for u in units().values() if u["category"] in "OKPH"]
    lines = [f"{u['code']},{u['category']},{u['name']},{u['parent'] or ''},,," for u in down_to_hromadas]
    loaded = _load(services["registry"], "territory", "\n".join([UNITS, *lines]))
    _load(services["registry"], "waves", _table(programme, "waves"))
    loaded += _load(services["registry"], "libraries", _table(programme, "libraries"))
    people = _table(programme, "recipients")
    until(
        lambda: services["notifications"].load("recipients", people).status_code == 200,
        PATIENCE_SECONDS,
        "people to be taken",
    )

    def known() -> int:
        return total(parse(services["events"].admin("/metrics").text), "oseredok_known")

    until(lambda: known() == loaded, PATIENCE_SECONDS, f"events to know {loaded} units and libraries", known)


def _load(registry: Copy, table: str, csv: str) -> int:
    answer = registry.load(table, csv)
    assert answer.status_code == 200, answer.text[:2000]
    return int(answer.json()["added"])


def _table(programme: Path, name: str) -> str:
    return (programme / f"{name}.csv").read_text(encoding="utf-8")
