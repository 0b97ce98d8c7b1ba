"""The settings directory of the local mode, made from deploy/programme: who may speak, and the programme's files.

access.toml is the committed template with a generated token's digest for each publisher and for the operator `admin`.
It is written anew at each start, so that a publisher added to the template is let in; nothing is written when nothing
has changed, since services look at the directory.
"""

import hashlib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from oseredok_cli.access.grants import reserved
from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.secretfiles import Secrets

SLUG = re.compile(r"[a-z][a-z0-9-]{1,30}")
OPERATOR = "admin"
FOLDERS = ("indicators", "rules", "templates")
"""Folders of deploy/programme that services read as they are."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """A holder of credentials, as the template names it."""

    slug: str
    sources: tuple[str, ...]
    types: tuple[str, ...]
    territory: tuple[str, ...]
    suspended: bool


def publishers(template: Path) -> list[Publisher]:
    """The template's publishers, in its order; raises LocalError when a name cannot be one."""
    found = []
    for slug, entry in _read(template).get("publishers", {}).items():
        if not SLUG.fullmatch(slug) or reserved(slug):
            raise LocalError(f"{template}: a publisher cannot be named {slug!r}")
        types, territory = entry.get("types", ["*"]), entry.get("territory", ["*"])
        suspended = bool(entry.get("suspended", False))
        found.append(Publisher(slug, tuple(entry["sources"]), tuple(types), tuple(territory), suspended))
    return found


def _read(template: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(template.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise LocalError(f"{template} cannot be read: {error}") from error


def publisher_token(slug: str) -> str:
    """Name of the secret that holds a publisher's HTTP token."""
    return f"publisher-{slug}.token"


def operator_token(name: str) -> str:
    """Name of the secret that holds an operator's HTTP token."""
    return f"operator-{name}.token"


def write(programme: Path, settings: Path, secrets: Secrets) -> None:
    """Brings the settings directory to what deploy/programme says."""
    settings.mkdir(parents=True, exist_ok=True)
    access = _access(publishers(programme / "access.toml"), secrets)
    _place(settings / "access.toml", tomli_w.dumps(access).encode())
    for folder in FOLDERS:
        _mirror(programme / folder, settings / folder)


def _access(known: Sequence[Publisher], secrets: Secrets) -> dict[str, Any]:
    told = {
        publisher.slug: {
            "sources": list(publisher.sources),
            "types": list(publisher.types),
            "territory": list(publisher.territory),
            "tokens": [digest(secrets.ensure(publisher_token(publisher.slug)))],
            "suspended": publisher.suspended,
        }
        for publisher in known
    }
    admin = {"scopes": ["admin"], "tokens": [digest(secrets.ensure(operator_token(OPERATOR)))]}
    return {"publishers": told, "operators": {OPERATOR: admin}}


def digest(token: str) -> str:
    """A token as an access file names it."""
    return f"sha256:{hashlib.sha256(token.encode()).hexdigest()}"


def _mirror(source: Path, target: Path) -> None:
    """Makes target hold the files of source, and no other."""
    target.mkdir(exist_ok=True)
    wanted = {file.name: file.read_bytes() for file in source.iterdir()}
    for name, content in sorted(wanted.items()):
        _place(target / name, content)
    for left in target.iterdir():
        if left.name not in wanted:
            left.unlink()


def _place(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    scratch = path.with_name(f".{path.name}")
    scratch.write_bytes(content)
    scratch.replace(path)
