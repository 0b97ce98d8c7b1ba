"""Who may publish: the programme's template, and beside it what this installation has added or changed.

publishers.toml, in the folder of secrets, has the form of an access file. An entry of a publisher that the template
names goes over the template's; any other is one more publisher, let in here. It holds digests of tokens, never tokens.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from oseredok_cli.access.grants import reserved
from oseredok_cli.local.errors import LocalError

SLUG = re.compile(r"[a-z][a-z0-9-]{1,30}")
OWN = "publishers.toml"
MODE = 0o640
TOKENS_MAX = 2
BYTES_PER_SECOND = 4 * 1024 * 1024
"""Of a publisher whose entry has no quota, by each broker."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """A holder of credentials. `entry` is its part of an access file; the programme's own have secrets dealt here."""

    slug: str
    entry: Mapping[str, Any]
    of_programme: bool

    @property
    def suspended(self) -> bool:
        return bool(self.entry.get("suspended", False))

    @property
    def bytes_per_second(self) -> int:
        """What it may send to one broker."""
        return int(self.entry.get("quota", {}).get("bytes_per_second", BYTES_PER_SECOND))


def known(template: Path, own: Path) -> list[Publisher]:
    """The template's publishers, then this installation's. Raises LocalError when a name cannot be one."""
    of_programme, here = read(template), read(own) if own.exists() else {}
    found = []
    for slug, entry in {**of_programme, **here}.items():
        if not SLUG.fullmatch(slug) or reserved(slug):
            raise LocalError(f"{own if slug in here else template}: a publisher cannot be named {slug!r}")
        found.append(Publisher(slug, {**of_programme.get(slug, {}), **entry}, slug in of_programme))
    return found


def read(file: Path) -> dict[str, dict[str, Any]]:
    """Entries of publishers by name. Raises LocalError."""
    return _whole(file).get("publishers", {})


def operators(own: Path) -> dict[str, dict[str, Any]]:
    """Entries of the operators that this installation has appointed. Raises LocalError."""
    return _whole(own).get("operators", {}) if own.exists() else {}


def _whole(file: Path) -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise LocalError(f"{file} cannot be read: {error}") from error


def remove(own: Path, slug: str) -> None:
    """This installation's entry is gone."""
    change(own, slug, dict.fromkeys(read(own).get(slug, {})))


def change(own: Path, slug: str, changes: Mapping[str, Any], kind: str = "publishers") -> None:
    """Sets fields of this installation's entry; None takes one away, and an empty entry is none."""
    whole = _whole(own) if own.exists() else {}
    entries = whole.setdefault(kind, {})
    entry = {**entries.get(slug, {}), **changes}
    entries[slug] = {name: value for name, value in entry.items() if value is not None}
    whole[kind] = {name: told for name, told in entries.items() if told}
    _place(own, tomli_w.dumps(whole))


@contextmanager
def undone(own: Path) -> Iterator[None]:
    """Puts the file back as it was when what follows fails."""
    before = own.read_text(encoding="utf-8") if own.exists() else None
    try:
        yield
    except BaseException:
        if before is None:
            own.unlink(missing_ok=True)
        else:
            _place(own, before)
        raise


def _place(own: Path, text: str) -> None:
    own.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = own.with_name(f".{own.name}")
    scratch.touch(mode=MODE)
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(own)
