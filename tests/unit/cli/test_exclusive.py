"""One command at a time."""

import threading
from pathlib import Path

import pytest

from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.exclusive import exclusive


def test_the_second_says_so_and_waits(tmp_path: Path) -> None:
    """Until the first has ended, be it with an error; the folder is made where there is none."""
    folder, said, order = tmp_path / "new" / "secrets", threading.Event(), []

    def second() -> None:
        with exclusive(folder, said.set):
            order.append("second")

    other = threading.Thread(target=second)
    with pytest.raises(ValueError, match="broke"), exclusive(folder, lambda: order.append("waited")):  # noqa: PT012
        other.start()
        assert said.wait(10)
        order.append("first")
        raise ValueError("broke")
    other.join(10)
    assert order == ["first", "second"]


def test_what_is_no_folder_cannot_be_held(tmp_path: Path) -> None:
    """In words, not with a trace."""
    (tmp_path / "file").touch()
    with pytest.raises(LocalError, match="cannot be opened"), exclusive(tmp_path / "file", lambda: None):
        pass
