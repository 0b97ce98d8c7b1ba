"""The access file: who may speak; a broken one never comes into force, not even in part."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from oseredok_plumbing.access import Access, AccessError
from oseredok_plumbing.files import Watched
from oseredok_plumbing.telemetry import REGISTRY


def digest(token: str) -> str:
    return "sha256:" + hashlib.sha256(token.encode()).hexdigest()


def entry(name: str = "biblioteka-plus", *, source: str = "https://a.example", rest: str = "", token: str = "t") -> str:
    return f'[publishers.{name}]\nsources = ["{source}"]\ntokens = ["{digest(token)}"]\n{rest}\n'


OPERATOR = f'[operators.reader]\nscopes = ["quarantine"]\ntokens = ["{digest("o")}"]\n'


def test_a_token_finds_its_publisher_and_no_other() -> None:
    """By digest; an operator's token is no publisher's, an empty one nobody's."""
    access = Access.parse(entry() + entry("gromada-online", source="https://b.example", token="u") + OPERATOR)
    assert [p and p.name for p in map(access.publisher_of, ["t", "u", "o", "", digest("t")])] == [
        "biblioteka-plus",
        "gromada-online",
        None,
        None,
        None,
    ]


def test_scopes() -> None:
    """An operator has its scopes, `admin` all."""
    access = Access.parse(OPERATOR + f'[operators.chief]\nscopes = ["admin"]\ntokens = ["{digest("c")}"]\n')
    assert access.operator_of("o", "quarantine") == "reader"
    assert access.operator_of("o", "waiting") is None
    assert access.operator_of("c", "waiting") == "chief"
    assert access.operator_of("t", "quarantine") is None


def test_rights() -> None:
    """By default all types everywhere; else those listed. A place is inside if one of its path is."""
    everything = Access.parse(entry()).publishers["biblioteka-plus"]
    assert everything.may_use("any.v1")
    assert everything.covers(["UA1"])
    rest = 'types = ["a.v1"]\nterritory = ["UA1"]'
    some = Access.parse(entry(rest=rest)).publishers["biblioteka-plus"]
    assert [some.may_use(t) for t in ("a.v1", "b.v1")] == [True, False]
    assert [some.covers(path) for path in (["UA1", "UA2"], ["UA2"], [])] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[publishers", "not TOML"),
        (entry("Biblioteka"), "publishers.Biblioteka"),
        (entry(rest="quota = 5"), "publishers.biblioteka-plus.quota"),
        (entry().replace("sha256:", "md5:"), "publishers.biblioteka-plus.tokens.0"),
        ("[publishers.biblioteka-plus]\nsources = []", "publishers.biblioteka-plus.sources"),
        (entry() + entry("gromada-online", token="u"), "source https://a.example belongs to both"),
        (entry() + entry("gromada-online", source="https://b.example"), "a token of both"),
        (entry() + OPERATOR.replace(digest("o"), digest("t")), "a token of both"),
        ("[visitors.x]", "visitors"),
    ],
)
def test_a_broken_file_says_where(text: str, says: str) -> None:
    """One line with the place; a source or a token that two have is refused, since it would be one's by chance."""
    with pytest.raises(AccessError, match=says.replace(".", r"\.")) as caught:
        Access.parse(text)
    assert "\n" not in str(caught.value)


def test_the_last_good_file_stays_in_force(tmp_path: Path) -> None:
    """A broken, empty, absent or binary file changes nothing and is counted; a mended one is taken."""
    path = tmp_path / "access.toml"
    path.write_text(entry())
    watched = Watched(path, Access.parse)
    counted = "oseredok_settings_refused_total", {"file": "access.toml"}
    faults: list[Callable[[], object]] = [
        lambda: path.write_text("[publishers"),
        lambda: path.write_bytes(b"\xff\xfe"),
        path.unlink,
    ]
    for times, breaks in enumerate(faults, start=1):
        before = REGISTRY.get_sample_value(*counted) or 0
        breaks()
        assert not watched.look()
        assert watched.current.publisher_of("t") is not None
        assert REGISTRY.get_sample_value(*counted) == before + 1, times
    path.write_text(entry(token="new"))
    assert watched.look()
    assert watched.current.publisher_of("t") is None
    assert watched.current.publisher_of("new") is not None
    assert not watched.look()


def test_a_service_does_not_start_on_a_broken_file(tmp_path: Path) -> None:
    """There is no last good one yet."""
    (tmp_path / "access.toml").write_text("[publishers")
    with pytest.raises(AccessError):
        Watched(tmp_path / "access.toml", Access.parse)
