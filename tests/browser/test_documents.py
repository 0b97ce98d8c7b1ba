"""The documents for programs, as the parsers of others read them: sound, and refused once something is broken."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from browser import prepare
from oseredok_contracts import documents

SCRIPT = Path(__file__).with_name("judge.mjs")
KINDS = {documents.ASYNCAPI: "asyncapi", documents.OPENAPI: "openapi", documents.OPERATORS: "openapi"}


def verdict(kind: str, document: Path) -> list[str]:
    """What the parser finds wrong."""
    node = shutil.which("node")
    assert node is not None, "npm came with it"
    done = subprocess.run(
        [node, str(SCRIPT), str(prepare.FETCHED), kind, str(document)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_the_parsers_accept_our_documents(name: str, kind: str) -> None:
    """`@asyncapi/parser` and `@apidevtools/swagger-parser`, without an error or a warning."""
    assert verdict(kind, documents.FOLDER / name) == []


def _lost_channel(document: dict[str, Any]) -> None:
    document["operations"]["receive.events.intake"]["channel"]["$ref"] = "#/channels/none"


def _odd_action(document: dict[str, Any]) -> None:
    document["operations"]["send.events.journal"]["action"] = "shout"


def _lost_schema(document: dict[str, Any]) -> None:
    del document["components"]["schemas"]["Problem"]


def _odd_response(document: dict[str, Any]) -> None:
    del document["paths"]["/api/events/v1/intake"]["post"]["responses"]["207"]["description"]


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        (documents.ASYNCAPI, _lost_channel),
        (documents.ASYNCAPI, _odd_action),
        (documents.OPENAPI, _lost_schema),
        (documents.OPENAPI, _odd_response),
    ],
)
def test_the_parsers_refuse_broken_ones(name: str, broken: Callable[[dict[str, Any]], None], tmp_path: Path) -> None:
    """Else their consent would say nothing."""
    document = json.loads((documents.FOLDER / name).read_bytes())
    broken(document)
    (tmp_path / name).write_text(json.dumps(document), "utf-8")
    assert verdict(KINDS[name], tmp_path / name)
