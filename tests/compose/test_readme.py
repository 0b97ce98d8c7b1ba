"""deploy/README.md holds no command that nothing runs: what is to be typed stands in blocks that rehearsals follow."""

import re
from pathlib import Path

import pytest

from compose import life, readme
from oseredok_cli.__main__ import app

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "deploy" / "README.md").read_text()
TARGETS = set(re.findall(r"^([a-z-]+)(?: [a-z -]+)?:", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_every_block_is_run() -> None:
    """By the life of an installation, or by a part of the rehearsal of its own."""
    titles = list(readme.blocks(ROOT))
    assert titles[0] == readme.FIRST
    assert set(titles) >= life.ELSEWHERE | life.UNDISTURBED | {life.BEGIN, life.AFTER_THE_BACKUP, life.REMOVED}


def test_prose_names_no_other_commands() -> None:
    """But for what is a part of a block, or a pattern with a name to be put in."""
    run = "\n".join(readme.blocks(ROOT).values())
    prose = re.sub(r"```sh\n.*?```", "", TEXT, flags=re.DOTALL)
    told = [code for code in re.findall(r"`([^`]+)`", prose) if code.startswith("docker compose ")]
    assert told
    assert not [code for code in told if code not in run and not re.search("<[a-z]+>", code)]
    made = {code.split()[1] for code in re.findall(r"`([^`]*make [^`]+)`", prose) if code.startswith("make ")}
    assert made <= TARGETS


def test_every_command_is_told_of() -> None:
    """In the table of the operator's commands; those of the local mode stand in the first README."""
    table = TEXT[TEXT.index("## The operator's command") :].split("\n## ", 1)[0]
    named = set(re.findall(r"[a-z]+", table))
    assert {name for name in app if not name.startswith("-")} - {"up", "down"} <= named


def test_a_block_without_a_title_is_refused(tmp_path: Path) -> None:
    """So that none is left out unseen."""
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "README.md").write_text("**One.**\n\n```sh\ntrue\n```\n\nand\n\n```sh\nfalse\n```\n")
    with pytest.raises(ValueError, match="title"):
        readme.blocks(tmp_path)
