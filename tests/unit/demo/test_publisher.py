"""The publisher stands for an outside system: it may know nothing of the project but topic names and JSON."""

import ast
import sys
from pathlib import Path

from oseredok_cli.demo import publisher, season
from oseredok_cli.demo.season.wire import Message, Record

FILE = Path(publisher.__file__)


def test_it_imports_the_standard_library_and_aiokafka_alone() -> None:
    imported = set()
    for node in ast.walk(ast.parse(FILE.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            imported.add((node.module or ".").partition(".")[0])
    assert imported - sys.stdlib_module_names == {"aiokafka"}


def test_it_reads_its_own_records_as_they_were_made(tmp_path: Path) -> None:
    mine = Message(b"k", None, (("ce_id", "захід".encode()), ("ce_note", None)))
    messages = {"gromada-online": mine, "kurs-prometei": Message(None, b'{"id":"17"}')}
    season.write((Record(name, m, "", "", "", 0) for name, m in messages.items()), tmp_path / "season.jsonl")
    [send] = publisher.read(tmp_path / "season.jsonl", "kurs-prometei")
    assert (send.line, send.key, send.value, send.headers) == (1, None, b'{"id":"17"}', [])
    [send] = publisher.read(tmp_path / "season.jsonl", "gromada-online")
    assert (send.line, send.key, send.value, send.headers) == (0, b"k", None, list(mine.headers))
    assert publisher.event_id(send) == "захід"


def test_an_event_id_that_cant_be_read_is_none() -> None:
    values = [b"\xff", b"[" * 10_000 + b"]" * 10_000, b"[]", b"{}", None]
    assert {publisher.event_id(publisher.Send(0, "t", b"k", value, [])) for value in values} == {None}
    assert publisher.event_id(publisher.Send(0, "t", b"k", b"", [("ce_id", b"\xff")])) is None
