"""Exit codes: one table, told in the help of every group and in the document, and no command has one of its own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import oseredok_cli
from oseredok_cli import exits
from oseredok_cli.__main__ import app
from support.servers import ROOT


@pytest.mark.parametrize("group", ["", "quarantine", "waiting", "deliveries"])
def test_help_tells_every_code(group: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of those that leave something as it is, too."""
    with pytest.raises(SystemExit):
        app([*group.split(), "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    for code, meaning in exits.TABLE:
        assert f"{code} {meaning}" in shown


def test_the_document_tells_every_code() -> None:
    """In the same words."""
    document = (ROOT / "deploy" / "README.md").read_text("utf-8")
    for code, meaning in exits.TABLE:
        assert f"| {code} | {meaning} |" in document


def literal_exits() -> Iterator[int]:
    """The numbers that commands end with."""
    for file in (Path(oseredok_cli.__file__).parent / "commands").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "sys.exit":
                yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))  # type: ignore[misc]
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LEFT":
                yield -1


def test_no_command_has_a_code_of_its_own() -> None:
    """0 and 1 are written as they are; whatever else there is has a name in the table."""
    assert set(literal_exits()) == {0, 1}
