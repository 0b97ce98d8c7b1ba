"""Passwords of the platform's own in new hands: which, and what is told of them."""

from pathlib import Path

import pytest

from oseredok_cli.access import rotation
from oseredok_cli.access.deal import shares
from oseredok_cli.described import DescribedPlatform, _File
from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.platform import LocalPlatform

UNSUBSCRIBE = "notifications-unsubscribe"


def test_every_secret_of_a_part_can_be_renewed(tmp_path: Path) -> None:
    """But for what names the cluster, which may never change."""
    dealt = {name for names in shares(LocalPlatform(tmp_path)).values() for name in names}
    assert dealt - {one.secret for one in rotation.known()} == {"kafka-cluster"}


def test_all_leaves_out_what_others_depend_on() -> None:
    """Unless it is named: with another key the links in mails that were sent are void."""
    assert UNSUBSCRIBE not in [one.secret for one in rotation.chosen([], every=True)]
    assert UNSUBSCRIBE in [one.secret for one in rotation.chosen([UNSUBSCRIBE], every=True)]
    (alone,) = rotation.chosen([UNSUBSCRIBE], every=False)
    assert "void" in alone.warning


def test_a_name_that_is_none_is_told_with_those_that_are() -> None:
    """So that nobody thinks it was renewed."""
    with pytest.raises(LocalError, match=r"postgres-oseredok_event is not renewed here: .*postgres-oseredok_events,"):
        rotation.chosen(["postgres-oseredok_event"], every=False)


def test_grafanas_is_written_and_given_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all others; what it becomes can stand as a word of a command, which a dash at its beginning would not."""
    assert "grafana-admin" in [one.secret for one in rotation.chosen([], every=True)]
    platform = DescribedPlatform(_File.model_construct(secrets=tmp_path))
    platform.secrets.keep("grafana-admin", "old")
    (tmp_path / "grafana-admin").chmod(0o440)
    drawn = iter(["-an-option", "new"])
    monkeypatch.setattr("secrets.token_urlsafe", lambda _bytes: next(drawn))
    rotation._renew(platform, "grafana-admin")
    assert (tmp_path / "grafana-admin").read_text() == "new"
    assert (tmp_path / "grafana-admin").stat().st_mode & 0o777 == 0o440
