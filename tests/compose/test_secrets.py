"""Secrets are dealt out: each has one reader, the rest is the operator's; doing it again changes nothing."""

import os
from pathlib import Path

import pytest

from oseredok_cli.access.deal import SUPER_USERS, deal, make_super_users, shares
from oseredok_cli.commands.access.bringing import make
from oseredok_cli.described import DescribedPlatform, described
from oseredok_cli.doctor import secretfiles
from oseredok_cli.doctor.cures import with_cure
from oseredok_cli.doctor.ways import IN_CONTAINERS
from oseredok_cli.envfile import OTHERS
from oseredok_cli.local.errors import LocalError

PLATFORM = """\
kafka = "kafka:9092"
api = "http://{{service}}:8000"
admin = "http://{{service}}:9000"
secrets = "{folder}/secrets"
settings = "{folder}/settings"
programme = "{programme}"
notes = "{folder}"
[readers]
"""
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that describes a platform in a folder of its own."""
    file = tmp_path / "platform.toml"
    file.write_text(PLATFORM.format(folder=tmp_path, programme=ROOT / "deploy" / "programme"))
    monkeypatch.setenv("OSEREDOK_PLATFORM", str(file))
    return file


def platform(*, sealed: bool = False) -> DescribedPlatform:
    """The platform of the file."""
    found = described(sealed=sealed)
    assert found is not None
    return found


def test_no_secret_has_two_readers(told: Path) -> None:
    """Were one broken into, the other's would be known."""
    names = [name for secrets in shares(platform()).values() for name in secrets]
    assert len(names) == len(set(names))


def test_secrets_are_dealt_and_stay(told: Path) -> None:
    """Made once, readable by owner and group alone; the second time nothing changes."""
    readers = dict.fromkeys(shares(platform()), os.getegid())
    deal(platform(), readers)
    folder = told.parent / "secrets"
    first = {file.name: file.read_text() for file in folder.iterdir()}
    deal(platform(), readers)
    assert {file.name: file.read_text() for file in folder.iterdir()} == first
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o440}
    assert {"kafka-admin", "publisher-biblioteka-plus.kafka", "postgres-oseredok_events_owner"} <= first.keys()


@pytest.mark.parametrize("name", SUPER_USERS)
def test_a_servers_super_user_is_never_another(told: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Made with all others at the first start; then refused, and nothing is made, until it is put back."""
    for variable in [variable for variable in os.environ if not OTHERS.fullmatch(variable)]:
        monkeypatch.delenv(variable)  # the job's container has no others
    with told.open("a") as file:
        file.writelines(f"{part} = {os.getegid()}\n" for part in shares(platform()))
    make()
    folder = told.parent / "secrets"
    lost, before = folder / name, {file.name for file in folder.iterdir()}
    secret = lost.read_text()
    lost.unlink()
    (folder / "kafka-oseredok-events").unlink()
    with pytest.raises(LocalError, match=rf"^the secret {name} is gone.* from the backup \(deploy/README.md") as raised:
        make()
    assert "\n" not in str(raised.value)
    assert {file.name for file in folder.iterdir()} == before - {name, "kafka-oseredok-events"}
    (fault,) = [found for found in secretfiles.examine(platform()) if name in found.detail]
    assert "from the backup" in with_cure(fault, IN_CONTAINERS).cure
    lost.write_text(secret)
    make()
    assert lost.read_text() == secret
    assert {file.name for file in folder.iterdir()} == before


def test_a_first_start_that_was_killed_goes_on(told: Path) -> None:
    """The super users come first of all: one without the other, and nothing else, was nobody's yet."""
    begun = platform()
    begun.secrets.ensure(SUPER_USERS[0])
    make_super_users(begun)
    made = sorted(file.name for file in (told.parent / "secrets").iterdir())
    assert made == sorted(SUPER_USERS)


def test_a_reader_that_is_no_part_is_refused(told: Path) -> None:
    """A misspelt part would leave a secret with nobody who may read it."""
    readers = dict.fromkeys(shares(platform()), os.getegid())
    readers["evnets"] = readers.pop("events")
    with pytest.raises(LocalError, match="events, evnets"):
        deal(platform(), readers)


def test_only_the_job_makes_secrets(told: Path) -> None:
    """Any other command says that one is missing."""
    with pytest.raises(LocalError, match="kafka-admin"):
        platform(sealed=True).kafka_password("admin")


@pytest.mark.parametrize(("spoil", "said"), [("kafka = ", "cannot be read"), ("colour = 'blue'\n", "colour")])
def test_a_bad_description_is_one_clear_line(told: Path, spoil: str, said: str) -> None:
    """Not TOML, or a field that nobody knows."""
    told.write_text(spoil + told.read_text())
    with pytest.raises(LocalError, match=said):
        described()
