"""The settings directory of the local mode, made from deploy/programme: who may speak, and the programme's files.

access.toml is the committed template with a generated token's digest for each publisher and for the operator `admin`.
It is written anew at each start, so that a publisher added to the template is let in; nothing is written when nothing
has changed, since services look at the directory.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli_w

from oseredok_cli.access.publishers import TOKENS_MAX, Publisher
from oseredok_cli.local.secretfiles import Secrets

OPERATOR = "admin"
FOLDERS = ("indicators", "rules", "templates")
"""Folders of deploy/programme that services read as they are."""


def publisher_token(slug: str) -> str:
    """Name of the secret that holds a publisher's HTTP token."""
    return f"publisher-{slug}.token"


def operator_token(name: str) -> str:
    """Name of the secret that holds an operator's HTTP token."""
    return f"operator-{name}.token"


def write(programme: Path, settings: Path, access: Mapping[str, Any]) -> None:
    """Brings the settings directory to what deploy/programme and this access file say."""
    settings.mkdir(parents=True, exist_ok=True)
    _place(settings / "access.toml", tomli_w.dumps(access).encode())
    for folder in FOLDERS:
        _mirror(programme / folder, settings / folder)


def access_file(publishers: Sequence[Publisher], operators: Mapping[str, Any], secrets: Secrets) -> dict[str, Any]:
    """What services get: everybody's entry, with digests of tokens."""
    told = {publisher.slug: {**publisher.entry, "tokens": _tokens(publisher, secrets)} for publisher in publishers}
    admin = {"scopes": ["admin"], "tokens": [digest(secrets.ensure(operator_token(OPERATOR)))]}
    return {"publishers": told, "operators": {**operators, OPERATOR: admin}}


def _tokens(publisher: Publisher, secrets: Secrets) -> list[str]:
    """The token of now first, then the one before it."""
    own = list(publisher.entry.get("tokens", []))
    dealt = [digest(secrets.ensure(publisher_token(publisher.slug)))] if publisher.of_programme else []
    return [*dealt, *own][:TOKENS_MAX]


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
