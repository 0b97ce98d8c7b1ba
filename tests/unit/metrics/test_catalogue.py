"""Indicator files are taken together or not at all, and what is wrong with one is said."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from oseredok_metrics.catalogue import parse
from oseredok_plumbing.files import WatchedFolder
from unit.metrics.catalogue import CATALOGUE, FILES

LEARNERS = FILES["learners.toml"]


def changed(old: str, new: str, name: str = "learners.toml") -> Mapping[str, str]:
    """The files, one of them changed."""
    assert old in FILES[name]
    return FILES | {name: FILES[name].replace(old, new, 1)}


def test_they_come_in_their_order() -> None:
    """Whatever the files' order."""
    names = [indicator.id for indicator in CATALOGUE]
    assert [indicator.id for indicator in parse(dict(reversed(FILES.items())))] == names
    assert names[:3] == ["activities_held", "information_events", "participants"]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (changed("[", "[["), "learners.toml: "),
        (changed('direction = "up"', 'direction = "sideways"'), "learners.toml: direction"),
        (changed('unit = "completions"', 'unite = "completions"'), "learners.toml: unit"),
        (changed('"sum"', '"count"'), "learners.toml: Value error, count of completions can't be taken of learning"),
        (changed('"month"', '"kind"'), "can't be broken down by kind"),
        (changed('measure = "comp', 'kinds = ["quest"]\nmeasure = "comp'), "learning has no kind quest"),
        (changed("2016-01-01", "2020-01-01"), "last lies before first"),
        (changed('id = "learners"', 'id = "learned"'), "learners.toml holds the indicator learned"),
        (changed("order = 140", "order = 10"), "same order"),
        ({}, "no indicators"),
    ],
)
def test_what_is_wrong_is_said(files: Mapping[str, str], told: str) -> None:
    """With the file and the field."""
    with pytest.raises(ValueError, match=re.escape(told)):
        parse(files)


def test_the_last_good_ones_stay_in_force(tmp_path: Path) -> None:
    """A changed file is taken without a restart, a bad one isn't."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    watched = WatchedFolder(tmp_path, {".toml"}, parse)
    (tmp_path / "learners.toml").write_text("id = ", encoding="utf-8")
    assert not watched.look()
    assert "learners" in watched.current.by_id
    (tmp_path / "learners.toml").unlink()
    assert watched.look()
    assert "learners" not in watched.current.by_id
