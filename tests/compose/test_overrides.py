"""COMPOSE_FILE: what goes together is taken, what doesn't is refused by the start with one line that says why."""

import re
from pathlib import Path

import pytest

from compose.overrides import TOGETHER
from oseredok_cli import envfile, overrides
from oseredok_cli.local.errors import LocalError

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "deploy" / "README.md").read_text()


def compose_file(*files: str) -> str:
    """As it stands in .env."""
    return ":".join(["docker-compose.yml", *(f"deploy/compose/{name}.yml" for name in files)])


def test_every_override_is_known_and_told_of() -> None:
    """By the start's check, in README's table, and by the rehearsal of what goes together."""
    names = {file.stem for file in (ROOT / "deploy" / "compose").glob("*.yml")}
    table = README[README.index("## Overrides") :].split("\n## ", 1)[0]
    assert set(overrides.OURS) == names
    assert names <= set(re.findall(r"[a-z]+(?:-[a-z]+)?", table))
    assert {name for files in TOGETHER for name in files} == names


@pytest.mark.parametrize("files", TOGETHER, ids="+".join)
def test_what_goes_together_is_taken(files: tuple[str, ...]) -> None:
    """All of it, with files of an operator's own anywhere."""
    envfile.check({"COMPOSE_FILE": compose_file(*files)})
    envfile.check({"COMPOSE_FILE": f"{compose_file(*files)}:mine.yml:/etc/oseredok/quiet.yml"})
    envfile.check({"COMPOSE_FILE": compose_file(*files).replace(":", ";").replace("/", "\\")})


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (("cluster", "outside"), "cluster.yml and outside.yml don't go together"),
        (("outside", "cluster"), "cluster.yml and outside.yml don't go together"),
        (("cluster", "public"), "cluster.yml and public.yml go together with cluster-public.yml only"),
        (("cluster", "quiet"), "cluster.yml and quiet.yml go together with cluster-quiet.yml only"),
        (("public", "cluster-public"), "cluster-public.yml is for cluster.yml"),
        (("cluster", "cluster-public"), "cluster-public.yml is for public.yml"),
        (("cluster-quiet",), "cluster-quiet.yml is for cluster.yml"),
        (("cluster", "cluster-public", "public"), "cluster-public.yml stands before public.yml"),
        (("quiet", "public"), "quiet.yml stands before public.yml"),
        (("quiet", "mail"), "quiet.yml stands before mail.yml"),
        (("cluster-quiet", "cluster"), "cluster-quiet.yml stands before cluster.yml"),
        (("outside", "public"), "outside.yml stands before public.yml"),
        (("outside", "quiet"), "outside.yml stands before quiet.yml"),
    ],
    ids=str,
)
def test_what_does_not_is_refused_in_a_line(files: tuple[str, ...], said: str) -> None:
    """Merged, it would be something that no file says."""
    with pytest.raises(LocalError) as caught:
        envfile.check({"COMPOSE_FILE": compose_file(*files)})
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_file_itself_stands_first() -> None:
    """On top of an override it would undo it."""
    with pytest.raises(LocalError, match=r"mail.yml stands before docker-compose.yml"):
        envfile.check({"COMPOSE_FILE": "deploy/compose/mail.yml:docker-compose.yml"})
